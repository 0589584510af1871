import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { infoField, RedisConnection, RedisError } from "./connection.ts";

/** A redis-server that nobody else reaches, with a backup's data in it. */
export interface ThrowAway {
  connection: RedisConnection;
  /** Keys that it loaded. */
  keys: number;
  /** Keys that had run out by the time of loading: the server drops them, as it would have. */
  expired: number;
  stop(): Promise<void>;
}

/**
 * Loads an RDB into a server of its own, at a socket file beside the RDB. Loading checks everything: the shape of each value,
 * and the checksum at the end. Fails with the server's own last words.
 */
export async function loadThrowAway(rdb: string): Promise<ThrowAway> {
  const folder = dirname(rdb);
  const path = join(folder, "redis.sock");
  rmSync(path, { force: true });
  const options = {
    port: "0",
    unixsocket: path,
    dir: folder,
    dbfilename: rdb.slice(folder.length + 1),
    save: "",
    appendonly: "no",
    maxmemory: "0",
    daemonize: "no",
  };
  const server = spawn(
    "redis-server",
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(server, "exit").catch((error: Error) => Promise.reject(new Error(`redis-server can't be started: ${error.message}`)));
  let log = "";
  server.stdout.on("data", (text) => {
    log = (log + text).slice(-2000);
  });
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) server.kill("SIGKILL");
    await ended.catch(() => undefined);
    rmSync(path, { force: true });
  };
  try {
    await Promise.race([ended, listening(path)]);
    const connection = await loaded(server, path, ended);
    const info = await connection.command("INFO", "persistence");
    const number = (field: string) => Number(infoField(info, field) ?? Number.NaN);
    return { connection, keys: number("rdb_last_load_keys_loaded"), expired: number("rdb_last_load_keys_expired"), stop };
  } catch (error) {
    await stop();
    throw server.pid === undefined ? error : new Error(refusal(server, log, error as Error));
  }
}

async function listening(path: string): Promise<void> {
  while (!existsSync(path)) await sleep(20);
}

async function loaded(server: ChildProcess, path: string, ended: Promise<unknown>): Promise<RedisConnection> {
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error("it ended");
    const connection = await RedisConnection.open({ host: "", port: 0, path }).catch(() => undefined);
    try {
      const answer = await connection?.command("PING");
      if (answer === "PONG") return connection!;
    } catch (error) {
      if (!(error instanceof RedisError && error.code === "LOADING") && server.exitCode === null && server.signalCode === null) {
        connection?.close();
        throw error;
      }
    }
    connection?.close();
    await Promise.race([ended, sleep(50)]);
  }
}

function refusal(server: ChildProcess, log: string, error: Error): string {
  if (server.signalCode === "SIGKILL")
    return "redis-server was killed while it loaded the backup, most likely for memory; raise maxMemory, from which the memory of this job follows";
  const last = log.trim().split("\n").slice(-6).join(" | ");
  return `redis-server refuses to load the backup: ${last || error.message}`;
}
