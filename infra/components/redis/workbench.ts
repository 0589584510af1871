import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RedisConnection, RedisError } from "../backup-tools/redis/connection.ts";
import { usersAcl } from "./access.ts";

// For tests: real servers on this machine, with the users that a server in the cluster has.

export const redisIsHere = spawnSync("redis-server", ["--version"]).status === 0;
/** What a test says that needs a redis-server and finds none. */
export const redisMissing = "redis-server is not installed here; get it by: apt-get install redis-server";

export const passwords = { app: "app-password", exporter: "exporter-password", copy: "copy-password", restore: "restore-password" };

export interface WorkbenchRedis {
  readonly folder: string;
  readonly port: number;
  readonly process: () => ReturnType<typeof spawn>;
  /** As one of the users; as `admin`, who may do everything and is there in tests only. */
  login(user: keyof typeof passwords | "admin"): Promise<RedisConnection>;
  start(conf: string): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  remove(): Promise<void>;
}

/** A server in a folder of its own. `conf` is a redis.conf of the component; its places and port are put where the test can have them. */
export async function workbenchRedis(): Promise<WorkbenchRedis> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-redis-"));
  const port = await freePort();
  writeFileSync(join(folder, "users.acl"), `${usersAcl(passwords)}user admin on nopass ~* &* +@all\n`);
  let server: ReturnType<typeof spawn> | undefined;
  const bench: WorkbenchRedis = {
    folder,
    port,
    process: () => server!,
    login: (user) => RedisConnection.open({ host: "127.0.0.1", port }, { username: user, password: user === "admin" ? "" : passwords[user] }),
    async start(conf) {
      const here = conf
        .replace(/^port .*$/m, `port ${port}`)
        .replace(/^bind .*$/m, "bind 127.0.0.1")
        .replace(/^aclfile .*$/m, `aclfile ${folder}/users.acl`)
        .replace(/^include .*$/m, `masteruser copy\nmasterauth ${passwords.copy}`)
        .replace(/^dir .*$/m, `dir ${folder}`);
      writeFileSync(join(folder, "redis.conf"), here);
      server = spawn("redis-server", [join(folder, "redis.conf")], { stdio: "ignore" });
      for (let attempt = 0; attempt < 200; attempt++) {
        const state = await answer(port);
        if (state !== undefined && state !== "LOADING") return;
        await sleep(25);
      }
      throw new Error(`redis-server did not start on port ${port}`);
    },
    async stop(signal = "SIGTERM") {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, "exit");
      server.kill(signal);
      // A follower that still writes its first log after it copied its leader does not heed the signal ("Writing initial AOF. Can't exit.").
      const again = setInterval(() => server?.kill(signal), 500);
      await ended;
      clearInterval(again);
    },
    async remove() {
      await bench.stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return bench;
}

/** What the server says to PING: `PONG` or the code of its refusal. */
async function answer(port: number): Promise<string | undefined> {
  const connection = await RedisConnection.open({ host: "127.0.0.1", port }, { username: "probe", password: "none" }).catch(() => undefined);
  try {
    return connection && String(await connection.command("PING"));
  } catch (error) {
    return error instanceof RedisError ? error.code : undefined;
  } finally {
    connection?.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
