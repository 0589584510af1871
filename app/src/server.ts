import { readConfig } from "./config/config.ts";
import { endOnSignals } from "./lifecycle/signals.ts";
import { startService } from "./lifecycle/start.ts";
import { startError } from "./lifecycle/start-error.ts";
import { createLog } from "./log/log.ts";

try {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const running = await startService(config, log);
  endOnSignals(running.stop, (config.drainDelaySeconds + config.shutdownSeconds) * 1_000, log);
  log.logger.info({ port: running.port, internalPort: running.internalPort, version: config.version }, "listening");
} catch (error) {
  process.stderr.write(`${startError(error)}\n`);
  process.exit(1);
}
