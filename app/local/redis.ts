import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";

/** The redis-server of this machine, if there is one. */
export const redisServerPath = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "redis-server"))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** What a test says that needs a redis-server and finds none. */
export const redisMissing = "redis-server is not installed here; get it by: apt-get install redis-server";

export interface LocalRedis {
  readonly port: number;
  /** For looking at the server; not what the service uses. */
  readonly client: Redis;
  signal(name: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void;
  start(...options: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** A real redis-server on a free port, which a test may freeze and kill. */
export async function localRedis(...options: string[]): Promise<LocalRedis> {
  const port = await freePort();
  const client = new Redis({ host: "127.0.0.1", port, lazyConnect: true, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on("error", () => {});
  let child: ChildProcess | undefined;
  const server: LocalRedis = {
    port,
    client,
    signal: (name) => void child?.kill(name),
    async start(...words) {
      child = spawn(redisServerPath!, ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tmpdir(), ...words], {
        stdio: "ignore",
      });
      for (let attempt = 0; attempt < 100; attempt++) {
        const probe = new Redis({ host: "127.0.0.1", port, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
        probe.on("error", () => {});
        const up = await probe.connect().then(
          () => true,
          () => false,
        );
        probe.disconnect();
        if (up) return;
        await sleep(30);
      }
      child.kill("SIGKILL");
      throw new Error(`redis-server did not start on port ${port}`);
    },
    async stop() {
      client.disconnect();
      const gone = new Promise((resolve) => (child && child.exitCode === null && child.signalCode === null ? child.once("exit", resolve) : resolve(undefined)));
      child?.kill("SIGCONT");
      child?.kill("SIGKILL");
      await gone;
    },
  };
  await server.start(...options);
  return server;
}
