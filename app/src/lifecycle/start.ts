import type { AddressInfo } from "node:net";
import { createApp } from "../app.ts";
import type { Config } from "../config/config.ts";
import { createInternal } from "../internal.ts";
import type { Log } from "../log/log.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { drainable } from "./drain.ts";

export interface RunningService {
  port: number;
  internalPort: number;
  /** Drains and closes, in the order that loses nothing. */
  stop(): Promise<void>;
}

/** Starts both servers. The internal one is up first and down last, so that probes and scrapes see the whole life. */
export async function startService(config: Config, { logger }: Log): Promise<RunningService> {
  const metrics = createMetrics(config.version);
  const app = createApp(config, metrics, logger);
  const { draining, drain } = drainable(app);
  await app.ready();
  const internal = createInternal({ database: app.database, metrics, draining });
  await internal.listen({ host: config.host, port: config.internalPort });
  await app.listen({ host: config.host, port: config.port });

  return {
    port: (app.server.address() as AddressInfo).port,
    internalPort: (internal.server.address() as AddressInfo).port,
    async stop() {
      const { forced } = await drain({ delay: config.drainDelaySeconds * 1_000, deadline: config.shutdownSeconds * 1_000 });
      if (forced) logger.warn({ seconds: config.shutdownSeconds }, "requests were cut off: they took longer than SHUTDOWN_SECONDS");
      await internal.close();
      logger.info("stopped");
    },
  };
}
