import { expire, removeData } from "../backup/expiry.ts";
import { readChunkKey } from "../format/encryption.ts";
import { newId } from "../format/keys.ts";
import { backupRedis, streamName } from "../redis/backup-redis.ts";
import { openRedis, redisSettings } from "../redis/from-environment.ts";
import { lastWords, report, runProgram, sentence } from "../report.ts";
import { bucketSettings, readerStore, writerStore } from "../store/from-environment.ts";

const { env } = process;

await runProgram("backup", async () => {
  const settings = redisSettings(env);
  const { prefix, expireDays } = bucketSettings(env);
  const place = { prefix, database: settings.database, writer: writerStore(env), reader: readerStore(env) };
  const id = newId();
  // Only where the store expires nothing by itself may the writer delete.
  const cleanUp = async () => {
    if (expireDays === undefined) return;
    // The store may be what failed: then the next run cleans up, and the reason is not kept back for minutes.
    const brief = { ...place, writer: writerStore(env, 20), reader: readerStore(env, 20) };
    await removeData(brief, id).catch((error) => report(`what was stored of ${id} stays for a later run to remove: ${sentence(error)}`));
  };
  process.once("SIGTERM", () => {
    lastWords(`backup failed: ended from outside (SIGTERM), as by the Job's deadline or a drained node; ${id} does not count`);
    // What it stored is removed by the next run that succeeds: there may be no time left now.
    process.exit(1);
  });

  const key = env.ENCRYPTION_KEY_FILE ? await readChunkKey(env.ENCRYPTION_KEY_FILE) : undefined;
  const run = { ...place, id, key, scratch: env.SCRATCH ?? "/tmp", open: () => openRedis(settings) };
  const manifest = await backupRedis(run).catch(async (error) => {
    await cleanUp();
    throw error;
  });
  const keys = manifest.tables.reduce((sum, { rows }) => sum + rows, 0);
  const done = `backup ${id} is stored, and was loaded: ${manifest.storedBytes} bytes, ${keys} keys`;
  if (expireDays === undefined) return done;
  const old = {
    ...place,
    kind: "redis",
    ownStream: (name: string) => name === streamName,
    days: expireDays,
    longestRunMinutes: Number(env.DEADLINE_MINUTES ?? 60),
  } as const;
  try {
    const { backups, leftovers } = await expire(old);
    return `${done}; removed ${backups} backups older than ${expireDays} days and the rests of ${leftovers} failed runs`;
  } catch (error) {
    return `${done}; warning: backups older than ${expireDays} days are not all removed, and the store will fill up: ${sentence(error)}`;
  }
});
// A connection to the store that is kept alive would hold the process for seconds.
process.exit();
