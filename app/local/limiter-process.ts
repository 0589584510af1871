import { setTimeout as sleep } from "node:timers/promises";
import { createRedisGcra } from "../src/limiter/redis-gcra.ts";
import { createRedis } from "../src/redis/client.ts";
import { silent } from "./service.ts";

// A replica for tests: asks the shared limiter `count` times at once and reports how many passed.
const [port, quota, windowSeconds, count] = process.argv.slice(2).map(Number) as [number, number, number, number];
const client = createRedis("redis-state", { host: "127.0.0.1", port }, silent.logger);
while (client.status !== "ready") await sleep(5);
const decide = createRedisGcra(client);
const tier = { name: "read", limits: [{ name: "read", quota, windowSeconds }] };
const decisions = await Promise.all(Array.from({ length: count }, () => decide(tier, "client")));
process.send?.(decisions.filter(({ allowed }) => allowed).length, () => process.exit(0));
