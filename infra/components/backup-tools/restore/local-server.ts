import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { clientEnvironment } from "../connection.ts";
import { runSql, type Server } from "./sql.ts";

/** Folder of Postgres' own programs on this machine; undefined where there are none. */
export function postgresPrograms(): string | undefined {
  const asked = (() => {
    try {
      return execFileSync("pg_config", ["--bindir"], { encoding: "utf8" }).trim();
    } catch {
      return "";
    }
  })();
  return [asked, ...[18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin`)].find((folder) => existsSync(join(folder, "initdb")));
}

/** A server of this machine, for tests: empty, and gone at their end. */
export interface LocalServer {
  /** By the login that restores. */
  server: Server;
  /** As superuser. */
  admin: Server;
  stop: () => Promise<void>;
}

/** Starts one with the roles of a database `links`, as the roles' Job makes them, and that database, empty. A test needs no durable one. */
export async function localServer(settings: readonly string[] = ["fsync=off"]): Promise<LocalServer> {
  const programs = postgresPrograms()!;
  const folder = mkdtempSync(join(tmpdir(), "slipway-restore-"));
  const owner = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const data = join(folder, "data");
  mkdirSync(data);
  for (const path of owner.uid ? [folder, data] : []) chownSync(path, owner.uid!, owner.gid!);
  writeFileSync(join(folder, "password"), "only for a test");
  const environment = { PATH: `${programs}:${process.env.PATH}`, LC_ALL: "C.UTF-8" };
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "postgres", `--pwfile=${join(folder, "password")}`, "--auth=scram-sha-256", "--no-sync", "-E", "UTF8"],
    {
      ...owner,
      env: environment,
      stdio: "ignore",
    },
  );
  const port = await freePort();
  const places = [`unix_socket_directories=${folder}`, "listen_addresses=127.0.0.1", `port=${port}`];
  const server = spawn(join(programs, "postgres"), ["-D", data, ...[...settings, ...places].flatMap((setting) => ["-c", setting])], {
    ...owner,
    env: environment,
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  const login = (user: string): Server => {
    const scratch = mkdtempSync(join(folder, "scratch-"));
    const client = clientEnvironment({ host: "127.0.0.1", port, user, database: "postgres", passwordFile: join(folder, "password") }, scratch);
    return { ...client, PATH: environment.PATH };
  };
  const admin = login("postgres");
  for (let attempt = 0; ; attempt += 1) {
    const answer = await runSql(admin, "postgres", "SELECT 1;").catch((error: Error) => error);
    if (answer === "1") break;
    if (attempt > 50) throw answer;
    await sleep(100);
  }
  await runSql(admin, "postgres", roles);
  await runSql(admin, "postgres", "CREATE DATABASE links OWNER links_owner;");
  await runSql(
    admin,
    "links",
    "REVOKE ALL ON DATABASE links FROM PUBLIC; GRANT CONNECT ON DATABASE links TO links_app; ALTER SCHEMA public OWNER TO links_owner;",
  );
  const stop = async () => {
    server.kill("SIGQUIT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { server: login("links_restore"), admin, stop };
}

const roles = `
  CREATE ROLE links_owner; CREATE ROLE links_app;
  CREATE ROLE links_restore LOGIN CREATEDB PASSWORD 'only for a test';
  GRANT links_owner, pg_signal_backend TO links_restore;`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
