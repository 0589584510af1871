import type { Writable } from "node:stream";
import { output, start } from "../subprocess.ts";

/** A server with a login, as Postgres' own programs are told of it: `clientEnvironment(...)`. */
export type Server = NodeJS.ProcessEnv;

/** A name as SQL takes it, whatever letters it has. */
export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** A text as SQL takes it. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

const psqlArguments = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"];

/** Runs statements one after the other; the first that fails ends them. Gives what they return, a line a row. */
export async function runSql(server: Server, database: string, sql: string, options: readonly string[] = []): Promise<string> {
  const environment = { ...server, PGDATABASE: database };
  return (await output("psql", [...psqlArguments, ...options, "--file=-"], environment, Buffer.from(`${sql}\n`))).trim();
}

/** The one value of a query that returns JSON; `undefined` when it returns no row or NULL. */
export async function askSql<T>(server: Server, database: string, query: string): Promise<T | undefined> {
  const text = await runSql(server, database, query);
  return text === "" ? undefined : (JSON.parse(text) as T);
}

/**
 * Feeds a stream to a program, piece by piece, and waits for its end. When the stream breaks off, so must the program: it would take
 * what came for the whole.
 */
export async function feed(source: AsyncIterable<Uint8Array>, command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const process = start(command, args, environment);
  process.stdout.resume();
  const failed = await pour(source, process.stdin).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  // The program's own words say more than the pipe that it closed.
  const itsOwnEnd = failed === undefined || closedPipe.has(failed.code ?? "");
  if (!itsOwnEnd) process.child.kill("SIGKILL");
  try {
    await process.ended;
  } catch (error) {
    throw itsOwnEnd ? error : failed;
  }
  if (failed) throw failed;
}

const closedPipe = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"]);

/** A piece is asked for when the one before has been taken: a stream's own buffer would hold one more chunk. */
async function pour(source: AsyncIterable<Uint8Array>, into: Writable): Promise<void> {
  for await (const piece of source) {
    await new Promise<void>((resolve, reject) => into.write(piece, (error) => (error ? reject(error) : resolve())));
  }
  into.end();
}
