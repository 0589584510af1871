import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import plugin from "fastify-plugin";
import type { Redis } from "ioredis";
import type { Config } from "../config/config.ts";
import { createGuardedRedis, type GuardedRedis } from "./guarded.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** The stores that are configured. Either may be absent: then the process keeps that state to itself. */
    redis: { cache?: GuardedRedis; state?: GuardedRedis };
  }
}

/** Connects to the cache and to the shared state. */
export const redis = plugin(async (app: FastifyInstance, { config }: { config: Config }) => {
  const { instruments, beforeScrape } = app.metrics;
  const guarded = (name: string, settings: Config["redisCache"]): GuardedRedis | undefined => {
    if (!settings) return undefined;
    const store = createGuardedRedis(name, settings, instruments, app.log as never);
    beforeScrape(() => instruments.dependencyUp.set({ dependency: name }, store.client.status === "ready" && !store.circuit.open ? 1 : 0));
    app.addHook("onReady", () => firstAttempt(store.client));
    app.addHook("onClose", async () => store.close());
    return store;
  };
  app.decorate("redis", { cache: guarded("redis-cache", config.redisCache), state: guarded("redis-state", config.redisState) });
});

/** Longest wait, in milliseconds, for a Redis at start; without it the service runs as well. */
const patienceMilliseconds = 1_000;

/** Waits until the first connection is made or has failed: the first requests would find it half made, and open the circuit. */
async function firstAttempt(client: Redis): Promise<void> {
  const attempt = new Promise((resolve) => {
    if (client.status === "ready") resolve(undefined);
    client.once("ready", resolve).once("close", resolve);
  });
  await Promise.race([attempt, sleep(patienceMilliseconds, undefined, { ref: false })]);
}
