import { localRedis, redisMissing, redisServerPath } from "../local/redis.ts";
import { silent } from "../local/service.ts";
import { createLimiter } from "../src/limiter/limiter.ts";
import { parseTiers } from "../src/limiter/tiers.ts";
import { createMetrics } from "../src/metrics/metrics.ts";
import { createGuardedRedis } from "../src/redis/guarded.ts";
import { median } from "./load.ts";

// The limiter alone: round trips a decision (target: one, whatever the number of limits; none for who was denied), and what a Redis
// that hangs costs (target: at most 55 ms once, then under 1 ms).
if (!redisServerPath) throw new Error(redisMissing);
const redis = await localRedis();
const { instruments } = createMetrics("bench");
const store = createGuardedRedis("redis-state", { host: "127.0.0.1", port: redis.port }, instruments, silent.logger);
await new Promise((resolve) => store.client.once("ready", resolve));
const decide = createLimiter(store, 1, instruments);
const [open, , tight] = parseTiers(["create=1000000/1+1000000/60+1000000/3600", "read=1/1", "redirect=1/3600"]);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
const scripts = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.client.info("commandstats"))?.[1] ?? 0);

try {
  await decide(open!, "warm");
  const decisions = 2_000;
  let before = await scripts();
  const durations: number[] = [];
  for (let decision = 0; decision < decisions; decision++) durations.push(await timed(() => decide(open!, "client")));
  const trips = ((await scripts()) - before) / decisions;

  await decide(tight!, "denied");
  await decide(tight!, "denied");
  before = await scripts();
  for (let decision = 0; decision < decisions; decision++) await decide(tight!, "denied");
  const tripsDenied = (await scripts()) - before;

  redis.signal("SIGSTOP");
  const first = await timed(() => decide(open!, "client"));
  const then: number[] = [];
  for (let decision = 0; decision < decisions; decision++) {
    then.push(await timed(() => decide(open!, "client")));
    if (decision % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const sorted = then.toSorted((a, b) => a - b);
  const digits = (value: number) => Math.round(value * 1_000) / 1_000;
  const p99 = sorted[Math.floor(sorted.length * 0.99)]!;
  console.log(
    JSON.stringify({
      bench: "limiter",
      limits: open!.limits.length,
      roundTrips: trips,
      roundTripsWhenDenied: tripsDenied,
      decisionMilliseconds: digits(median(durations)),
      hanging: { firstMilliseconds: digits(first), p50Milliseconds: digits(median(then)), p99Milliseconds: digits(p99) },
      met: trips === 1 && tripsDenied === 0 && first <= 55 && p99 < 1,
    }),
  );
} finally {
  store.close();
  await redis.stop();
}
