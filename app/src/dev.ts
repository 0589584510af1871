import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type LocalPostgres, localPostgres } from "../local/postgres.ts";
import { readConfig } from "./config/config.ts";
import { endOnSignals } from "./lifecycle/signals.ts";
import { startService } from "./lifecycle/start.ts";
import { startError } from "./lifecycle/start-error.ts";
import { createLog } from "./log/log.ts";
import { bringQueueSchema } from "./queue/schema.ts";
import { startWorker } from "./queue/start.ts";
import { runMigrations } from "./schema/run.ts";

/** Kept between runs, and never committed. */
const folder = fileURLToPath(new URL("../../.dev", import.meta.url));

/** Starts the service with a PostgreSQL of its own; whatever else is set in the environment counts as in a cluster. */
async function start(postgres: LocalPostgres): Promise<string> {
  const { host, port, database, user, password } = await postgres.createDatabase("links");
  const given = { POSTGRES_HOST: host, POSTGRES_PORT: `${port}`, POSTGRES_DATABASE: database, POSTGRES_USERNAME: user, POSTGRES_PASSWORD: password!() };
  const config = readConfig({ LOG_LEVEL: "warn", HOST: "127.0.0.1", LINK_STATISTICS: "true", ...process.env, ...given, POSTGRES_PASSWORD_FILE: undefined });
  const log = createLog(config.logLevel);

  const client = new pg.Client({ ...config.postgres, password: password!() });
  await client.connect();
  const version = await runMigrations(client, { libraries: [bringQueueSchema], log: log.logger });
  await client.end();

  const running = await startService(config, log);
  // In the same process: on one machine there is nothing to gain from a second.
  const worker = await startWorker({ ...config, internalPort: 0 }, log);
  const stop = async () => {
    await running.stop();
    await worker.stop();
    await postgres.stop();
  };
  endOnSignals(stop, config.shutdownSeconds * 2_000, log);
  const origin = `http://localhost:${running.port}`;
  return [
    `links runs at ${origin}, with PostgreSQL on port ${port} (schema ${version}) and ${config.redisState ? "with" : "without"} Redis.`,
    `  API description   ${origin}/openapi.json`,
    `  health, metrics   http://localhost:${running.internalPort}/health/ready  http://localhost:${running.internalPort}/metrics`,
    `  worker            http://localhost:${worker.internalPort}/health/ready  http://localhost:${worker.internalPort}/metrics`,
    "Try it:",
    `  curl -i ${origin}/v1/links -H 'content-type: application/json' -d '{"url": "https://example.org", "slug": "example"}'`,
    `  curl -i ${origin}/example`,
    `  curl ${origin}/v1/links/example/statistics`,
    `Data stay in ${folder}. Ctrl-C stops everything.`,
    "",
  ].join("\n");
}

let postgres: LocalPostgres | undefined;
try {
  postgres = await localPostgres(join(folder, "postgres"));
  process.stdout.write(await start(postgres));
} catch (error) {
  process.stderr.write(`${startError(error)}\n`);
  await postgres?.stop();
  process.exit(1);
}
