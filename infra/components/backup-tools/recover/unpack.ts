import { mkdir, readdir } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import type { ChunkKey } from "../format/encryption.ts";
import { streamFolder } from "../format/keys.ts";
import type { Manifest } from "../format/manifest.ts";
import { readStream } from "../format/streams.ts";
import { StoreError } from "../store/store-error.ts";
import { output, start } from "../subprocess.ts";
import type { ArchivePlace } from "./archive-listing.ts";

/** What is met when a program ends that is still written to. */
const closedInput = new Set<string | undefined>(["EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

/** Brings a base backup into an empty directory and has pg_verifybackup check each file. */
export async function unpackBase(
  { store, prefix, database }: ArchivePlace,
  base: Manifest,
  key: ChunkKey | undefined,
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length > 0)
    throw new Error(`${directory} is not empty: something is in the place where the server is to be recovered; give an empty volume`);
  const stream = base.streams.find(({ role }) => role === "base")!;
  const place = { folder: streamFolder(prefix, database, base.id, stream.name), id: base.id, stream: stream.name, key };
  const environment = { PATH: process.env.PATH, LC_ALL: "C" };
  const tar = start("tar", ["--extract", "--file=-", `--directory=${directory}`, "--no-same-owner"], environment);
  tar.stdout.resume();
  try {
    await pipeline(Readable.from(readStream(store, place, stream.chunks)), createZstdDecompress(), tar.stdin, { signal });
    await tar.ended;
  } catch (error) {
    tar.child.kill("SIGKILL");
    signal?.throwIfAborted();
    const said = await tar.ended.then(
      () => undefined,
      (failure: Error) => failure,
    );
    const left = !(error instanceof StoreError) && closedInput.has((error as NodeJS.ErrnoException).code);
    // Without a complaint it has found the archive's end, and left before it was told that nothing follows: the check below tells
    // whether all is there. With one, its own words are the reason, also when somebody else has killed it.
    if (!left || said) throw new Error(`base backup ${base.id} can't be unpacked: ${(left ? said! : (error as Error)).message}`, { cause: error });
  }
  // The log is not in it: it comes from the archive, and Postgres checks each record.
  await output("pg_verifybackup", ["--no-parse-wal", "--quiet", "--exit-on-error", directory], environment);
}
