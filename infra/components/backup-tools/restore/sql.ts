import { pipeline, type Readable } from "node:stream";
import { promisify } from "node:util";
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

const piped = promisify(pipeline);

/**
 * Feeds a stream to a program and waits for its end. When the stream breaks off, so must the program: it would take what came for
 * the whole.
 */
export async function feed(source: Readable, command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const process = start(command, args, environment);
  process.stdout.resume();
  const fed = await piped(source, process.stdin).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  // The program's own words say more than the pipe that it closed.
  const itsOwnEnd = fed === undefined || fed.code === "EPIPE" || fed.code === "ERR_STREAM_PREMATURE_CLOSE";
  if (!itsOwnEnd) process.child.kill("SIGKILL");
  try {
    await process.ended;
  } catch (error) {
    throw itsOwnEnd ? error : fed;
  }
  if (fed) throw fed;
}
