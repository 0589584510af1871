import { createInterface } from "node:readline";
import { report } from "../report.ts";
import { output, type Subprocess, start } from "../subprocess.ts";

const marker = "--slipway-answered--";

/** A session of psql that stays open: its transaction holds the snapshot that every dump of a backup reads from. */
export class Session {
  readonly #psql: Subprocess;
  readonly #lines: AsyncIterator<string>;

  constructor(environment: NodeJS.ProcessEnv) {
    const options = ["--no-psqlrc", "--no-align", "--tuples-only", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"];
    this.#psql = start("psql", options, environment);
    this.#lines = createInterface({ input: this.#psql.stdout, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  }

  /** Runs SQL and returns the lines that it printed. A mistake ends the session; its error is what psql said. */
  async run(sql: string): Promise<string[]> {
    this.#psql.stdin.write(`${sql}\n;\n\\echo ${marker}\n`);
    const lines: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) {
        await this.#psql.ended;
        throw new Error("the database session ended in the middle of a backup");
      }
      if (value === marker) return lines;
      if (value !== "") lines.push(value);
    }
  }

  /** Runs SQL whose answer is one JSON value. */
  async json<T>(sql: string): Promise<T> {
    return JSON.parse((await this.run(sql)).join("\n")) as T;
  }

  async close(): Promise<void> {
    this.#psql.stdin.end();
    await this.#psql.ended.catch(() => undefined);
  }

  /** Ends the session at once, whatever it is doing. */
  kill(): void {
    this.#psql.child.kill("SIGKILL");
  }
}

const attempts = 30;

/** Opens a session; waits half a minute for the server, since a new pod's first packets may not pass its network policy. */
export async function openSession(environment: () => NodeJS.ProcessEnv): Promise<Session> {
  for (let attempt = 1; ; attempt += 1) {
    const session = new Session(environment());
    try {
      await session.run("SELECT 1");
      return session;
    } catch (error) {
      // What the server itself refuses, such as a password, no waiting mends.
      if (attempt === attempts || !/could not connect|connection to server.*failed: (?!FATAL)|starting up|not yet accepting/s.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

const followsWithinSeconds = 180;

export const refusedPassword = (error: unknown) => /password authentication failed/.test(String(error));

/**
 * Waits until the server takes the password. One that is changed in the middle of a backup reaches the pod's file up to two minutes
 * later, and what is dumped by then is worth the wait.
 */
export async function waitForPassword(environment: () => NodeJS.ProcessEnv): Promise<void> {
  const end = Date.now() + followsWithinSeconds * 1000;
  for (let told = false; ; told = true) {
    try {
      await output("psql", ["--no-psqlrc", "--no-password", "--quiet", "--command=SELECT"], environment());
      return;
    } catch (error) {
      if (!refusedPassword(error) || Date.now() > end) throw error;
      if (!told) report("the password was changed meanwhile; waiting for its file");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
