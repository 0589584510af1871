import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { localPostgres } from "../local/postgres.ts";
import { readConfig } from "./config/config.ts";
import { ConfigurationError } from "./config/mistakes.ts";
import { endOnSignals } from "./lifecycle/signals.ts";
import { startService } from "./lifecycle/start.ts";
import { createLog } from "./log/log.ts";
import { runMigrations } from "./schema/run.ts";

/** Kept between runs, and never committed. */
const folder = fileURLToPath(new URL("../../.dev", import.meta.url));

try {
  const postgres = await localPostgres(join(folder, "postgres"));
  const { host, port, database, user, password } = await postgres.createDatabase("links");
  const given = { POSTGRES_HOST: host, POSTGRES_PORT: `${port}`, POSTGRES_DATABASE: database, POSTGRES_USERNAME: user, POSTGRES_PASSWORD: password!() };
  const config = readConfig({ LOG_LEVEL: "warn", HOST: "127.0.0.1", ...process.env, ...given, POSTGRES_PASSWORD_FILE: undefined });
  const log = createLog(config.logLevel);

  const client = new pg.Client({ ...config.postgres, password: password!() });
  await client.connect();
  const version = await runMigrations(client, { log: log.logger });
  await client.end();

  const running = await startService(config, log).catch(async (error) => {
    await postgres.stop();
    throw error;
  });
  const stop = async () => {
    await running.stop();
    await postgres.stop();
  };
  endOnSignals(stop, config.shutdownSeconds * 1_000, log);
  const origin = `http://localhost:${running.port}`;
  process.stdout.write(
    [
      `links runs at ${origin}, with PostgreSQL on port ${port} (schema ${version}) and without Redis.`,
      `  API description   ${origin}/openapi.json`,
      `  health, metrics   http://localhost:${running.internalPort}/health/ready  http://localhost:${running.internalPort}/metrics`,
      "Try it:",
      `  curl -i ${origin}/v1/links -H 'content-type: application/json' -d '{"url": "https://example.org", "slug": "example"}'`,
      `  curl -i ${origin}/example`,
      `Data stay in ${folder}. Ctrl-C stops everything.`,
      "",
    ].join("\n"),
  );
} catch (error) {
  const { code, message, stack } = error as NodeJS.ErrnoException;
  process.stderr.write(`${error instanceof ConfigurationError || code === "EADDRINUSE" ? message : stack}\n`);
  process.exit(1);
}
