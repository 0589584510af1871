import { closeSync, openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type PostgresSettings, postgresFrom } from "./config/bindings.ts";
import { ConfigurationError, type Mistake } from "./config/mistakes.ts";
import { createLog } from "./log/log.ts";
import { bringQueueSchema } from "./queue/schema.ts";
import { MigrationError } from "./schema/files.ts";
import { runMigrations } from "./schema/run.ts";

/** A database that is just starting, or a network policy that opens a second after the pod's start, is waited for. */
const connectSeconds = 60;
const notYet = /^(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|57P03)$/;

async function connect({ password, poolMax: _, ...settings }: PostgresSettings): Promise<pg.Client> {
  const deadline = performance.now() + connectSeconds * 1_000;
  for (;;) {
    const client = new pg.Client({ ...settings, password: password?.(), application_name: "links-migrate", connectionTimeoutMillis: 5_000, keepAlive: true });
    // A connection that ends under us is reported by the query that runs; without a listener it would be a stack trace.
    client.on("error", () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      await client.end().catch(() => {});
      if ((!notYet.test(code ?? "") && !/timeout/i.test(message)) || performance.now() > deadline) {
        throw new MigrationError(`no connection to ${settings.host}:${settings.port}/${settings.database} as ${settings.user}: ${message || code}`);
      }
      await sleep(500);
    }
  }
}

/** Tells the reason to whoever looks at the pod; the file exists in a pod only, and is never created elsewhere. */
function writeTerminationLog(text: string): void {
  try {
    const file = openSync("/dev/termination-log", "r+");
    writeSync(file, `${text}\n`);
    closeSync(file);
  } catch {
    // Not in a pod, or not ours to write.
  }
}

const log = createLog("info");
try {
  const mistakes: Mistake[] = [];
  const settings = postgresFrom(process.env, mistakes);
  if (mistakes.length > 0 || !settings) throw new ConfigurationError(mistakes);
  const client = await connect(settings);
  await runMigrations(client, { libraries: [bringQueueSchema], log: log.logger });
  await client.end();
  log.flush();
} catch (error) {
  log.flush();
  const expected = error instanceof MigrationError || error instanceof ConfigurationError;
  const text = expected ? (error as Error).message : String((error as Error).stack ?? error);
  process.stderr.write(`${text}\n`);
  writeTerminationLog(text);
  process.exit(1);
}
