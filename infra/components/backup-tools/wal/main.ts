import { connectionFrom } from "../connection.ts";
import { readChunkKey } from "../format/encryption.ts";
import { runProgram } from "../report.ts";
import { bucketSettings, readerStore, writerStore } from "../store/from-environment.ts";
import { Archiver } from "./archiver.ts";
import { keepBase } from "./first-base.ts";
import { ArchivedServer } from "./server.ts";
import { emptyStatus, serveStatus } from "./status.ts";

/** Archives a server's log until it is told to end. */
await runProgram("log archive", async () => {
  const { DIRECTORY, ENCRYPTION_KEY_FILE, MOST_WAITING = "8", SCRATCH = "/tmp", STATUS_PORT = "9188" } = process.env;
  const connection = connectionFrom(process.env);
  const { prefix } = bucketSettings(process.env);
  const key = ENCRYPTION_KEY_FILE ? await readChunkKey(ENCRYPTION_KEY_FILE) : undefined;
  const stores = { writer: writerStore(process.env), reader: readerStore(process.env) };
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

  const status = emptyStatus();
  const shown = serveStatus(status, Number(STATUS_PORT));
  const server = new ArchivedServer(connection, SCRATCH);
  const archiver = new Archiver(
    server,
    { ...stores, prefix, database: connection.database, key, directory: DIRECTORY!, mostWaiting: Number(MOST_WAITING) },
    status,
  );
  const bases = keepBase({ store: stores.reader, prefix, database: connection.database }, server, stop.signal);
  await archiver.run(stop.signal);
  await bases;
  shown.close();
  // A request to the bucket that is still tried again must not hold up the pod's end.
  setTimeout(() => process.exit(), 1000).unref();
  return "the log archive was told to end";
});
