import { readChunkKey } from "../format/encryption.ts";
import { sentence } from "../report.ts";
import { bucketSettings, readerStore } from "../store/from-environment.ts";
import { isMissing, StoreError } from "../store/store-error.ts";
import { serverFolder, storeAway } from "../wal/archive.ts";
import { unpackFile } from "../wal/archived-file.ts";
import { parseSegment } from "../wal/segment.ts";

/** Codes of this program, which the restore command translates: a crash of Node itself ends with 1, and must not look like the end of the log. */
const noSuchFile = 44;
const stopped = 1;

/**
 * Postgres' restore_command: brings one file of the log from the bucket to where Postgres wants it. Only a file that is behind the end
 * of the archive is said not to be there. A bucket that is away, taken for the end, would open a database with old data.
 */
async function fetchFile(name: string, path: string): Promise<number> {
  const { DATABASE, ENCRYPTION_KEY_FILE, LAST_SEGMENT, SYSTEM_IDENTIFIER } = process.env;
  const { prefix } = bucketSettings(process.env);
  const key = serverFolder(prefix, DATABASE!, SYSTEM_IDENTIFIER!) + name;
  const number = parseSegment(name)?.number;
  if (number !== undefined && number > Number(LAST_SEGMENT)) return noSuchFile;
  try {
    const place = { database: DATABASE!, systemIdentifier: SYSTEM_IDENTIFIER!, name };
    const stored = await readerStore(process.env).get(key);
    await unpackFile(stored, key, { ...place, key: ENCRYPTION_KEY_FILE ? await readChunkKey(ENCRYPTION_KEY_FILE) : undefined }, path);
    return 0;
  } catch (error) {
    // A segment of an older timeline than the one that it is on, or a history that was never written.
    if (isMissing(error)) return noSuchFile;
    process.stderr.write(`${name} can't be fetched: ${error instanceof StoreError ? `${storeAway}: ` : ""}${sentence(error)}\n`);
    return stopped;
  }
}

process.exit(await fetchFile(process.argv[2]!, process.argv[3]!));
