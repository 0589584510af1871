import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { report } from "../report.ts";
import { output } from "../subprocess.ts";
import { storeAway } from "../wal/archive.ts";
import { recoveryConf, recoveryHba } from "./configuration.ts";

export interface RecoveringServerSettings {
  /** Its data, as unpacked from a base backup. */
  directory: string;
  /** Directory for its socket and its configuration. */
  scratch: string;
  restoreCommand: string;
  /** What the restore command is told beyond this process' own environment. */
  environment: Record<string, string>;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** Raised by Postgres when its log ends before the wanted moment. */
const endsBefore = /recovery ended before configured recovery target was reached/;
/** Raised when the bucket was away while the log was replayed. */
export class StoreAwayError extends Error {
  override readonly name = "StoreAwayError";
}

/** Lines of Postgres that a person wants to see; that each segment was fetched is not among them. */
const worth =
  /FATAL(?!: {2}the database system is)|PANIC|ERROR|invalid value|unrecognized|can't be fetched|starting point-in-time|recovery stopping|redo (?:starts|done)|last completed transaction|selected new timeline|archive recovery complete/;

/** A server that replays its log up to a moment and opens then. */
export class RecoveringServer {
  readonly socketDirectory: string;
  readonly port = 5432;
  readonly #settings: RecoveringServerSettings;
  readonly #said: string[] = [];
  #process: ReturnType<typeof spawn> | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(settings: RecoveringServerSettings) {
    this.#settings = settings;
    this.socketDirectory = join(settings.scratch, "sockets");
  }

  /** Resolves when it takes connections; false when its log ended before the moment, and it has stopped. */
  async recover(at: Date | undefined): Promise<boolean> {
    await this.#configure(at);
    this.#start();
    for (;;) {
      if (this.#process === undefined) {
        this.#settings.signal?.throwIfAborted();
        if (this.#said.some((line) => endsBefore.test(line))) return false;
        const away = this.#said.find((line) => line.includes(storeAway));
        if (away !== undefined) throw new StoreAwayError(away);
        throw new Error(`the server ended while it replayed the log: ${this.#said.slice(-6).join("; ")}`);
      }
      if (await this.#answers()) return true;
      await Promise.race([sleep(200), this.#ended]);
    }
  }

  /** Time of the last transaction that was replayed, by the clock of the server that wrote it; undefined when there was none. */
  get reachedAt(): string | undefined {
    const line = this.#said.findLast((said) => /last completed transaction was at log time/.test(said));
    const time = line && /log time (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)\+00/.exec(line);
    return time ? `${time[1]}T${time[2]}Z` : undefined;
  }

  /** Place of the last record that was replayed, such as `0/5000060`. */
  get replayedUntil(): string | undefined {
    const line = this.#said.findLast((said) => /redo done at/.test(said));
    return line && /redo done at ([0-9A-F]+\/[0-9A-F]+)/.exec(line)?.[1];
  }

  async stop(): Promise<void> {
    // SIGINT, the fast shutdown: connections end.
    this.#process?.kill("SIGINT");
    await this.#ended;
  }

  async #configure(at: Date | undefined): Promise<void> {
    const { directory, restoreCommand, scratch } = this.#settings;
    const configDirectory = join(scratch, "configuration");
    await mkdir(configDirectory, { recursive: true });
    await mkdir(this.socketDirectory, { recursive: true, mode: 0o700 });
    await writeFile(join(configDirectory, "postgresql.conf"), recoveryConf({ socketDirectory: this.socketDirectory, configDirectory, restoreCommand, at }));
    await writeFile(join(configDirectory, "pg_hba.conf"), recoveryHba);
    await writeFile(join(configDirectory, "pg_ident.conf"), "");
    // What the other server was told by ALTER SYSTEM may not fit into this pod.
    await writeFile(join(directory, "postgresql.auto.conf"), "");
    await writeFile(join(directory, "recovery.signal"), "");
    await rm(join(directory, "postmaster.pid"), { force: true });
  }

  #start(): void {
    const { directory, environment, scratch } = this.#settings;
    this.#said.length = 0;
    const configuration = join(scratch, "configuration", "postgresql.conf");
    const child = spawn("postgres", ["-D", directory, "-c", `config_file=${configuration}`], {
      env: { ...process.env, ...environment, LC_ALL: "C" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = child;
    this.#settings.signal?.addEventListener("abort", () => child.kill("SIGQUIT"), { once: true });
    createInterface({ input: child.stderr! }).on("line", (line) => {
      if (!worth.test(line)) return;
      report(`postgres: ${line}`);
      this.#said.push(line);
    });
    const gone = () => {
      this.#process = undefined;
    };
    child.on("error", (error) => this.#said.push(`postgres can't be started: ${error.message}; give the image of the server`));
    this.#ended = once(child, "close").then(gone, gone);
  }

  async #answers(): Promise<boolean> {
    try {
      return (await output("psql", [...psqlOptions, "SELECT NOT pg_is_in_recovery()"], this.clientEnvironment)).trim() === "t";
    } catch {
      return false;
    }
  }

  /** How Postgres' programs reach it. */
  get clientEnvironment(): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    return {
      ...{ PATH, HOME: this.#settings.scratch, LC_ALL: "C.UTF-8" },
      ...{ PGHOST: this.socketDirectory, PGPORT: `${this.port}`, PGUSER: "postgres", PGDATABASE: "postgres" },
    };
  }
}

const psqlOptions = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--command"];
