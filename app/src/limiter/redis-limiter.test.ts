import { fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalRedis, localRedis, redisMissing, redisServerPath } from "../../local/redis.ts";
import { silent } from "../../local/service.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { createGuardedRedis, type GuardedRedis } from "../redis/guarded.ts";
import { createLimiter } from "./limiter.ts";
import type { Tier } from "./tiers.ts";

if (!redisServerPath) process.stderr.write(`\nSKIPPED, limits shared through Redis: ${redisMissing}\n\n`);

const tier = (quota: number, windowSeconds: number): Tier => ({ name: "read", limits: [{ name: "read", quota, windowSeconds }] });

let redis: LocalRedis;
let opened: GuardedRedis[] = [];

beforeEach(async () => {
  if (redisServerPath) redis = await localRedis();
});
afterEach(async () => {
  for (const store of opened) store.close();
  opened = [];
  if (redisServerPath) await redis.stop();
});

/** A limiter as a process has it: its own connection, memory and circuit. */
async function limiter(replicas = 1) {
  const { instruments } = createMetrics("test");
  const store = createGuardedRedis("redis-state", { host: "127.0.0.1", port: redis.port }, instruments, silent.logger);
  opened.push(store);
  await expect.poll(() => store.client.status, { timeout: 20_000 }).toBe("ready");
  return { decide: createLimiter(store, replicas, instruments), circuit: store.circuit, instruments };
}

async function timed<T>(work: () => Promise<T>): Promise<{ milliseconds: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { milliseconds: performance.now() - start, result };
}

describe.skipIf(!redisServerPath)("limits shared through Redis", () => {
  it("let exactly the quota of a thousand requests pass that four processes send at once", async () => {
    const program = fileURLToPath(new URL("../../local/limiter-process.ts", import.meta.url));
    const counts = await Promise.all(
      [1, 2, 3, 4].map(
        () =>
          new Promise<number>((resolve, reject) => {
            const child = fork(program, [`${redis.port}`, "100", "3600", "250"]);
            child.once("message", (allowed) => resolve(allowed as number));
            child.once("exit", (code) => code !== 0 && reject(new Error(`exit ${code}`)));
          }),
      ),
    );
    expect(counts.reduce((sum, count) => sum + count)).toBe(100);
  });

  it("let no more pass over the edge of a window than the quota and what grew back", async () => {
    const { decide } = await limiter();
    const start = performance.now();
    let allowed = 0;
    // The worst moment for a fixed window: a full quota just before its end, and another just after.
    for (const pause of [800, 400]) {
      const burst = await Promise.all(Array.from({ length: 150 }, () => decide(tier(100, 1), "edge")));
      allowed += burst.filter((decision) => decision.allowed).length;
      await sleep(pause);
    }
    expect(allowed).toBeGreaterThanOrEqual(100);
    expect(allowed).toBeLessThanOrEqual(100 + Math.ceil((performance.now() - start) / 10));
  });

  it("cost one round trip for several limits, and none for who was denied", async () => {
    const { decide } = await limiter();
    const three: Tier = { name: "read", limits: [10, 20, 30].map((quota) => ({ name: `read-${quota}`, quota, windowSeconds: 60 })) };
    await decide(three, "a");
    const commands = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.client.info("commandstats"))?.[1] ?? 0);
    const before = await commands();
    for (let request = 0; request < 9; request++) expect((await decide(three, "a")).allowed).toBe(true);
    expect((await commands()) - before).toBe(9);
    const denied = await decide(three, "a");
    expect([denied.source, denied.states.map(({ remaining }) => remaining)]).toEqual(["redis", [0, 10, 20]]);
    for (let request = 0; request < 50; request++) expect(await decide(three, "a")).toMatchObject({ allowed: false, source: "blocked" });
    expect((await commands()) - before).toBe(10);
  });

  it("leave keys that end by themselves, one hash slot for a client", async () => {
    const { decide } = await limiter();
    await decide(
      {
        name: "read",
        limits: [
          { name: "read", quota: 10, windowSeconds: 60 },
          { name: "read-60s", quota: 5, windowSeconds: 10 },
        ],
      },
      "203.0.113.9",
    );
    const keys = (await redis.client.keys("*")).sort();
    expect(keys).toEqual(["rl:{read:203.0.113.9}:10/60", "rl:{read:203.0.113.9}:5/10"]);
    expect(await redis.client.pttl(keys[0]!)).toBeGreaterThan(0);
    expect(await redis.client.pttl(keys[0]!)).toBeLessThanOrEqual(6_000);
  });

  it("cost a time-out once when Redis hangs, then nothing, and go on at a share of the quota", async () => {
    const { decide, circuit, instruments } = await limiter(4);
    expect((await decide(tier(40, 3_600), "a")).source).toBe("redis");
    redis.signal("SIGSTOP");
    const first = await Promise.all(Array.from({ length: 20 }, () => timed(() => decide(tier(40, 3_600), "a"))));
    expect(Math.max(...first.map(({ milliseconds }) => milliseconds))).toBeLessThan(120);
    expect(first.filter(({ result }) => result.allowed).length).toBe(10);
    const then = [];
    // Longer than the first probes: those hang as well, and no request may wait for them.
    for (let request = 0; request < 200; request++) {
      then.push((await timed(() => decide(tier(40, 3_600), `client-${request}`))).milliseconds);
      await sleep(5);
    }
    expect(then.sort((a, b) => a - b)[Math.floor(then.length * 0.95)]).toBeLessThan(2);
    expect((await instruments.rateLimitStoreErrors.get()).values.find(({ labels }) => labels.reason === "timeout")?.value).toBe(20);
    redis.signal("SIGCONT");
    await expect.poll(() => circuit.open, { timeout: 20_000 }).toBe(false);
    expect((await decide(tier(40, 3_600), "b")).source).toBe("redis");
  });

  it("go on alone when Redis is killed, and together once it is back", async () => {
    const { decide, circuit } = await limiter();
    await decide(tier(5, 3_600), "a");
    redis.signal("SIGKILL");
    await expect.poll(async () => (await decide(tier(5, 3_600), "a")).source, { timeout: 20_000 }).toBe("local");
    const { milliseconds, result } = await timed(() => decide(tier(5, 3_600), "b"));
    expect(result).toMatchObject({ allowed: true, source: "local" });
    expect(milliseconds).toBeLessThan(20);
    await redis.start();
    await expect.poll(() => circuit.open, { timeout: 20_000 }).toBe(false);
    expect((await decide(tier(5, 3_600), "b")).source).toBe("redis");
  });

  it("go on alone when Redis takes no more writes", async () => {
    const { decide } = await limiter();
    await redis.client.config("SET", "maxmemory", "1");
    expect(await decide(tier(5, 3_600), "a")).toMatchObject({ allowed: true, source: "local" });
  });
});
