import { clientEnvironment, connectionFrom } from "../connection.ts";
import { lastWords, report, runProgram, sentence } from "../report.ts";
import { bucketSettings, readerStore, writerStore } from "../store/from-environment.ts";
import { Dump } from "./dump.ts";
import { expire, removeData } from "./expiry.ts";

const { env } = process;

await runProgram("backup", async () => {
  const connection = connectionFrom(env);
  const { prefix, expireDays } = bucketSettings(env);
  const { database } = connection;
  const place = { prefix, database, writer: writerStore(env), reader: readerStore(env) };
  const dump = new Dump({
    ...place,
    environment: () => clientEnvironment(connection, env.SCRATCH ?? "/tmp"),
    parallel: Number(env.PARALLEL ?? 2),
    schemaVersionQuery: env.SCHEMA_VERSION_QUERY ?? "SELECT NULL",
    encryptionKeyFile: env.ENCRYPTION_KEY_FILE,
  });
  // Only where the store expires nothing by itself may the writer delete.
  const cleanUp = async () => {
    if (expireDays === undefined) return;
    // A pod that is told to end has half a minute.
    const inTime = { ...place, writer: writerStore(env, 15), reader: readerStore(env, 15) };
    await removeData(inTime, dump.id).catch((error) => report(`what was stored of ${dump.id} stays for a later run to remove: ${sentence(error)}`));
  };
  let ended = false;
  process.once("SIGTERM", () => {
    ended = true;
    lastWords(`backup failed: ${fromOutside(dump.id)}`);
    dump.stop();
  });

  const manifest = await dump.run().catch(async (error) => {
    dump.stop();
    await cleanUp();
    throw ended ? new Error(fromOutside(dump.id)) : error;
  });
  const done = `backup ${manifest.id} is stored and verified: ${manifest.storedBytes} bytes, ${manifest.tables.length} tables`;
  if (expireDays === undefined) return done;
  const longestRunMinutes = Number(env.DEADLINE_MINUTES ?? 240);
  const settings = {
    ...place,
    kind: "dump",
    ownStream: (name: string) => name === "schema" || name.startsWith("data-"),
    days: expireDays,
    longestRunMinutes,
  } as const;
  try {
    const { backups, leftovers } = await expire(settings, dump.now());
    return `${done}; removed ${backups} backups older than ${expireDays} days and the rests of ${leftovers} failed runs`;
  } catch (error) {
    return `${done}; warning: backups older than ${expireDays} days are not all removed, and the store will fill up: ${sentence(error)}`;
  }
});
// A connection to the store that is kept alive would hold the process for seconds.
process.exit();

function fromOutside(id: string): string {
  return `ended from outside (SIGTERM), as by the Job's deadline or a drained node; ${id} does not count`;
}
