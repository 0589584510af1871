import { once } from "node:events";
import { readChunkKey } from "../format/encryption.ts";
import { lastWords, report, runProgram } from "../report.ts";
import { bucketSettings, readerStore } from "../store/from-environment.ts";
import { recoverTo } from "./recover.ts";

/**
 * Recovers a server to a moment beside the running one and keeps it open, for a person with psql or pg_dump in this container, until
 * it is told to end.
 */
await runProgram("recovery", async () => {
  const { DATABASE, DIRECTORY, ENCRYPTION_KEY_FILE, SCRATCH = "/tmp", TARGET = "latest" } = process.env;
  const { prefix } = bucketSettings(process.env);
  const at = TARGET === "latest" ? undefined : new Date(TARGET);
  if (at && Number.isNaN(at.getTime())) throw new Error(`TARGET ${JSON.stringify(TARGET)} is no moment; write latest, or one such as 2026-11-21T12:34:56Z`);
  const key = ENCRYPTION_KEY_FILE ? await readChunkKey(ENCRYPTION_KEY_FILE) : undefined;
  const told = once(process, "SIGTERM");
  const server = await recoverTo({ store: readerStore(process.env), prefix, database: DATABASE!, at, directory: DIRECTORY!, scratch: SCRATCH, key });
  lastWords(
    `recovered to ${server.reachedAt ?? server.base.snapshotAt}${server.complete ? "" : ", where the archive ends"}; psql -h ${server.socketDirectory} -U postgres -d ${DATABASE}`,
  );
  await told;
  report("told to end");
  await server.stop();
  return "the recovered server has ended";
});
process.exit();
