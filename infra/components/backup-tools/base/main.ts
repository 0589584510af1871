import { expire } from "../backup/expiry.ts";
import { connectionFrom } from "../connection.ts";
import { readChunkKey } from "../format/encryption.ts";
import { lastWords, runProgram, sentence } from "../report.ts";
import { bucketSettings, readerStore, writerStore } from "../store/from-environment.ts";
import { ArchivedServer } from "../wal/server.ts";
import { BaseBackup } from "./base-backup.ts";
import { expireLog } from "./expire-log.ts";

/** Makes one base backup, and removes what is too old where the store does not. */
await runProgram("base backup", async () => {
  const { ARCHIVE_SECONDS = "600", DEADLINE_MINUTES = "240", ENCRYPTION_KEY_FILE, SCHEMA_VERSION_QUERY = "SELECT NULL", SCRATCH = "/tmp" } = process.env;
  const connection = connectionFrom(process.env);
  const { prefix, expireDays } = bucketSettings(process.env);
  const key = ENCRYPTION_KEY_FILE ? await readChunkKey(ENCRYPTION_KEY_FILE) : undefined;
  const place = { prefix, database: connection.database, writer: writerStore(process.env), reader: readerStore(process.env) };
  const server = new ArchivedServer(connection, SCRATCH);
  const backup = new BaseBackup(server, { ...place, key, schemaVersionQuery: SCHEMA_VERSION_QUERY, archiveSeconds: Number(ARCHIVE_SECONDS) });
  process.once("SIGTERM", () => {
    backup.stop();
    lastWords(`base backup failed: ended from outside (SIGTERM), as by the Job's deadline or a drained node; ${backup.id} does not count`);
    process.exit(1);
  });
  const manifest = await backup.run().finally(() => backup.stop());
  const done = `base backup ${manifest.id} is stored and verified: ${manifest.storedBytes} bytes, log from ${manifest.startLsn} to ${manifest.endLsn}`;
  if (expireDays === undefined) return done;
  try {
    const settings = { ...place, days: expireDays, longestRunMinutes: Number(DEADLINE_MINUTES) };
    const { backups } = await expire({ ...settings, kind: "base", ownStream: (name) => name === "base" });
    const files = await expireLog(settings);
    return `${done}; removed ${backups} base backups older than ${expireDays} days and ${files} files of log that none needs`;
  } catch (error) {
    return `${done}; warning: what is older than ${expireDays} days is not all removed, and the store will fill up: ${sentence(error)}`;
  }
});
// A connection to the store that is kept alive would hold the process for seconds.
process.exit();
