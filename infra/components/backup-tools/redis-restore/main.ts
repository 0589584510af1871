import { readChunkKey } from "../format/encryption.ts";
import { findRedisBackup } from "../redis/find-redis-backup.ts";
import { openRedis, redisSettings } from "../redis/from-environment.ts";
import { restoreRedis } from "../redis/restore-redis.ts";
import { report, runProgram } from "../report.ts";
import { wantedBackup, wantedProblem } from "../restore/wanted-backup.ts";
import { bucketSettings, readerStore } from "../store/from-environment.ts";

const { env } = process;

await runProgram("restore", async () => {
  const settings = redisSettings(env);
  const { prefix } = bucketSettings(env);
  const text = env.BACKUP ?? "latest";
  const problem = wantedProblem(text);
  if (problem) throw new Error(problem);

  const store = readerStore(env);
  const { database } = settings;
  const manifest = await findRedisBackup({ store, prefix, database: database }, wantedBackup(text)!);
  // A service must come back without what nobody backed up.
  if (!manifest) return `there is no backup of ${database} below ${prefix}: it starts empty`;
  report(`restoring ${manifest.id}, which holds ${database} as it was at ${manifest.snapshotAt}`);
  const target = await openRedis(settings);
  const key = env.ENCRYPTION_KEY_FILE ? await readChunkKey(env.ENCRYPTION_KEY_FILE) : undefined;
  const merge = env.MERGE === "true";
  const run = { store, prefix, scratch: env.SCRATCH ?? "/tmp", target, key, merge };
  const { leftAlone, restored = 0, present = 0, expired = 0 } = await restoreRedis(manifest, run);
  if (leftAlone !== undefined) return `${database} holds ${leftAlone} keys already and is left alone; to restore ${manifest.id} all the same, empty it first`;
  if (merge) return `brought ${restored} keys of ${manifest.id} to ${database}; ${present} were there and stay as they are, ${expired} had run out by now`;
  return `restored ${restored + present} keys of ${manifest.id} into ${database}; ${expired} had run out by now`;
});
process.exit();
