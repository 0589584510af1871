import type { FastifyInstance } from "fastify";
import plugin from "fastify-plugin";
import type { Redis } from "ioredis";
import { type Circuit, createCircuit } from "../circuit/circuit.ts";
import type { Config } from "../config/config.ts";
import { createRedis } from "./client.ts";

/** A Redis and the circuit that guards it. */
export interface GuardedRedis {
  client: Redis;
  circuit: Circuit;
}

declare module "fastify" {
  interface FastifyInstance {
    /** The stores that are configured. Either may be absent: then the process keeps that state to itself. */
    redis: { cache?: GuardedRedis; state?: GuardedRedis };
  }
}

/** An answer that is an error speaks of the request; silence, a closed connection or a full or loading server is an outage. */
export const isRedisOutage = (error: Error) => error.name !== "ReplyError" || /^(LOADING|BUSY|OOM|MISCONF|READONLY|NOAUTH|MASTERDOWN)/.test(error.message);

/** Connects to the cache and to the shared state. */
export const redis = plugin(async (app: FastifyInstance, { config }: { config: Config }) => {
  const guarded = (name: string, settings: Config["redisCache"]): GuardedRedis | undefined => {
    if (!settings) return undefined;
    const client = createRedis(name, settings, app.log as never);
    const circuit = createCircuit({
      name,
      // One: a hanging server costs its time-out once, not once for each of several strikes.
      failures: 1,
      isOutage: isRedisOutage,
      probe: () => client.ping(),
      state: app.metrics.instruments.circuitBreakerState,
    });
    const up = app.metrics.instruments.dependencyUp;
    app.metrics.beforeScrape(() => up.set({ dependency: name }, client.status === "ready" && !circuit.open ? 1 : 0));
    app.addHook("onClose", async () => {
      circuit.stop();
      client.disconnect();
    });
    return { client, circuit };
  };
  app.decorate("redis", { cache: guarded("redis-cache", config.redisCache), state: guarded("redis-state", config.redisState) });
});
