import { randomBytes } from "node:crypto";
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { clientEnvironment } from "../connection.ts";
import { runSql, type Server } from "../restore/sql.ts";
import { output, start } from "../subprocess.ts";

/** A server that nobody outside this pod reaches, for as long as a drill takes. */
export interface ThrowAwayServer {
  /** Its superuser. */
  server: Server;
  /** Where its files are. */
  data: string;
  stop(): Promise<void>;
}

export interface ThrowAwayOptions {
  /** An empty directory, or what an earlier drill left of its own: that is removed. */
  directory: string;
  /** Memory that the server may take, in bytes. */
  memoryBytes: number;
  /** Most workers of one index. */
  workers: number;
}

/**
 * Makes and starts a Postgres of this image. It listens on a socket file alone, so no network leads to it. Written is as durably as
 * in production: a restore without would be faster than the one that counts.
 */
export async function startThrowAway({ directory, memoryBytes, workers }: ThrowAwayOptions): Promise<ThrowAwayServer> {
  const { data, run } = clearLeftovers(directory);
  const passwordFile = join(run, "password");
  writeFileSync(passwordFile, randomBytes(24).toString("hex"), { mode: 0o600 });
  const environment = { PATH: process.env.PATH, HOME: run, LC_ALL: "C.UTF-8", TZ: "UTC", ...accountEnvironment(run) };
  await output("initdb", ["--pgdata", data, "--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, ...cluster], environment);
  const settings = Object.entries(settingsOf(run, memoryBytes, workers)).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const postgres = start("postgres", ["-D", data, ...settings], environment);
  postgres.stdout.resume();
  const server = clientEnvironment({ host: run, port: 5432, user: "postgres", database: "postgres", passwordFile }, run);
  const stop = async () => {
    // An immediate shutdown: nothing of it is wanted.
    postgres.child.kill("SIGQUIT");
    await postgres.ended.catch(() => undefined);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await ready(server, postgres.ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { server, data, stop };
}

/** Places of a server's files and of its socket, empty: a container that starts again finds what the one before it left. */
export function clearLeftovers(directory: string): { data: string; run: string } {
  const places = { data: join(directory, "data"), run: join(directory, "run") };
  for (const left of Object.values(places)) rmSync(left, { recursive: true, force: true });
  mkdirSync(places.run, { recursive: true, mode: 0o700 });
  return places;
}

/** A pod's user has no entry among the image's accounts, and initdb asks for its name; the image brings a library for just that. */
function accountEnvironment(run: string): NodeJS.ProcessEnv {
  try {
    userInfo();
    return {};
  } catch {
    const [library] = globSync("/usr/lib/{,*/}libnss_wrapper.so");
    if (library === undefined)
      throw new Error(`user ${process.getuid?.()} has no account in this image, which has no libnss_wrapper.so; give the image of the Postgres server`);
    const [passwd, group] = [join(run, "passwd"), join(run, "group")];
    writeFileSync(passwd, `postgres:x:${process.getuid!()}:${process.getgid!()}:postgres:${run}:/bin/false\n`);
    writeFileSync(group, `postgres:x:${process.getgid!()}:\n`);
    return { LD_PRELOAD: library, NSS_WRAPPER_PASSWD: passwd, NSS_WRAPPER_GROUP: group };
  }
}

/** As the image makes a server; checksums as in production. */
const cluster = ["--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8"];

function settingsOf(run: string, memoryBytes: number, workers: number): Record<string, string> {
  const share = (of: number) => `${Math.max(1024, Math.floor(memoryBytes / of / 1024))}kB`;
  return {
    listen_addresses: "",
    unix_socket_directories: run,
    shared_buffers: share(4),
    maintenance_work_mem: share(8),
    max_parallel_maintenance_workers: `${workers}`,
    max_wal_size: "512MB",
    // The 64 MiB of a container's own /dev/shm would end a parallel index.
    dynamic_shared_memory_type: "mmap",
    huge_pages: "off",
    timezone: "UTC",
  };
}

async function ready(server: Server, ended: Promise<void>): Promise<void> {
  let over: Error | undefined;
  ended.then(
    () => undefined,
    (error: Error) => {
      over = error;
    },
  );
  for (let attempt = 0; ; attempt += 1) {
    try {
      await runSql(server, "postgres", "SELECT 1;");
      return;
    } catch (error) {
      if (over || attempt >= 300) throw over ?? error;
      await sleep(200);
    }
  }
}
