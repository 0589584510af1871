import { readConfig } from "./config/config.ts";
import { ConfigurationError } from "./config/mistakes.ts";
import { endOnSignals } from "./lifecycle/signals.ts";
import { startService } from "./lifecycle/start.ts";
import { createLog } from "./log/log.ts";

try {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const running = await startService(config, log);
  endOnSignals(running.stop, (config.drainDelaySeconds + config.shutdownSeconds) * 1_000, log);
  log.logger.info({ port: running.port, internalPort: running.internalPort, version: config.version }, "listening");
} catch (error) {
  const { code, message, stack } = error as NodeJS.ErrnoException;
  const expected = error instanceof ConfigurationError || code === "EADDRINUSE" || code === "EACCES" || code === "EADDRNOTAVAIL";
  process.stderr.write(`${expected ? message : stack}\n`);
  process.exit(1);
}
