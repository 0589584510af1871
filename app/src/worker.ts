import { readWorkerConfig } from "./config/worker.ts";
import { endOnSignals } from "./lifecycle/signals.ts";
import { startError } from "./lifecycle/start-error.ts";
import { createLog } from "./log/log.ts";
import { startWorker } from "./queue/start.ts";

try {
  const config = readWorkerConfig(process.env);
  const log = createLog(config.logLevel);
  const running = await startWorker(config, log);
  endOnSignals(running.stop, config.shutdownSeconds * 1_000, log);
  log.logger.info({ internalPort: running.internalPort, version: config.version }, "working");
} catch (error) {
  process.stderr.write(`${startError(error)}\n`);
  process.exit(1);
}
