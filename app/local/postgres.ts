import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import type { PostgresSettings } from "../src/config/bindings.ts";
import { freePort } from "./free-port.ts";
import { postgresBinaries } from "./postgres-binaries.ts";

const run = promisify(execFile);

/** The superuser of a local server. */
export const superuser = { user: "postgres", password: "local-only" };

export interface LocalPostgres {
  readonly port: number;
  /** Process of the server, to stop or freeze it. */
  readonly pid: number;
  /** Makes an empty database and gives what a client needs. */
  createDatabase(name?: string): Promise<PostgresSettings>;
  start(): Promise<void>;
  stop(mode?: "fast" | "immediate"): Promise<void>;
  /** Stops the server and deletes its data. */
  remove(): Promise<void>;
}

/**
 * A real PostgreSQL on this machine, without an installation: for `npm run dev` in a folder that stays, for tests in a temporary
 * one. It belongs to no process group of ours, so that Ctrl-C reaches the service first, which still has something to write.
 */
export async function localPostgres(folder = mkdtempSync(join(tmpdir(), "links-postgres-"))): Promise<LocalPostgres> {
  const { initdb, pg_ctl } = await postgresBinaries();
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const owner = ownerOf(folder);
  const data = join(folder, "data");
  const command = (file: string, ...words: string[]) => run(file, words, { ...owner, cwd: folder, env: { ...process.env, LC_ALL: "C" } });

  if (!existsSync(join(data, "PG_VERSION"))) {
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, `${superuser.password}\n`);
    await command(initdb, "-D", data, "-U", superuser.user, `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync");
    rmSync(passwordFile);
  }
  const server: LocalPostgres = {
    port,
    get pid() {
      return Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
    },
    async createDatabase(name = `test_${randomBytes(6).toString("hex")}`) {
      const client = new pg.Client({ ...superuser, host: "127.0.0.1", port, database: "postgres" });
      await client.connect();
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      await client.end();
      return { host: "127.0.0.1", port, database: name, user: superuser.user, password: () => superuser.password, poolMax: 10, slowQueryMilliseconds: 300 };
    },
    async start() {
      // Data of a developer or a test: speed before durability.
      const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=60`;
      await command(pg_ctl, "-D", data, "-w", "-l", join(folder, "server.log"), "-o", options, "start");
    },
    async stop(mode = "fast") {
      if (existsSync(join(data, "postmaster.pid"))) await command(pg_ctl, "-D", data, "-w", "-m", mode, "stop");
    },
    async remove() {
      await server.stop("immediate");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  // A server that an earlier, killed process left behind holds the folder.
  await server.stop().catch(() => rmSync(join(data, "postmaster.pid"), { force: true }));
  await server.start();
  return server;
}

/** PostgreSQL refuses to run as root; root, as in many containers, runs it as `nobody`, who then must own the folder. */
function ownerOf(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [, , uid, gid] = /^nobody:.*$/m.exec(readFileSync("/etc/passwd", "utf8"))?.[0].split(":") ?? [];
  const owner = { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}
