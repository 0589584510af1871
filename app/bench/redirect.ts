import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { localPostgres } from "../local/postgres.ts";
import { localRedis, redisMissing, redisServerPath } from "../local/redis.ts";
import { serverProcess } from "../local/server-process.ts";
import { migratedDatabase } from "../local/service.ts";
import { load, median } from "./load.ts";

// CPU of a redirect with everything on (cache and limits in Redis, metrics, a log line), as a multiple of a bare Fastify route in
// the same run. Target: at most 3.
const requests = Number(process.argv[2] ?? 20_000);
const rounds = 3;

if (!redisServerPath) throw new Error(redisMissing);
const [postgres, cache, state] = await Promise.all([localPostgres(), localRedis(), localRedis()]);
const service = await serverProcess(await migratedDatabase(postgres), {
  REDIS_CACHE_HOST: "127.0.0.1",
  REDIS_CACHE_PORT: `${cache.port}`,
  REDIS_STATE_HOST: "127.0.0.1",
  REDIS_STATE_PORT: `${state.port}`,
  RATE_LIMITS: "create=1000000/1,read=1000000/1,redirect=1000000/1",
});
const bare = fork(fileURLToPath(new URL("bare-server.ts", import.meta.url)));
const [barePort] = (await once(bare, "message")) as [number];

async function serviceCpu(): Promise<number> {
  await sleep(1_100); // The text of metrics is kept for a second.
  const text = await (await fetch(`http://127.0.0.1:${service.internalPort}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}
const bareCpu = async () => Number(await (await fetch(`http://127.0.0.1:${barePort}/cpu`)).text());

async function microseconds(cpu: () => Promise<number>, port: number, path: string, status: number): Promise<number> {
  const before = await cpu();
  const statuses = await load(port, path, requests);
  if (statuses[status] !== requests) throw new Error(`${path} answered ${JSON.stringify(statuses)}`);
  return (((await cpu()) - before) / requests) * 1e6;
}

try {
  await fetch(`http://127.0.0.1:${service.port}/v1/links`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url: "https://example.org/", slug: "bench" }),
  });
  await load(service.port, "/bench", 5_000);
  await load(barePort, "/hello", 5_000);
  const measured = { bare: [] as number[], redirect: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    measured.bare.push(await microseconds(bareCpu, barePort, "/hello", 200));
    measured.redirect.push(await microseconds(serviceCpu, service.port, "/bench", 302));
  }
  const [redirect, baseline] = [median(measured.redirect), median(measured.bare)];
  const ratio = redirect / baseline;
  const digits = (value: number) => Math.round(value * 100) / 100;
  console.log(
    JSON.stringify({
      bench: "redirect",
      requests,
      bareMicroseconds: digits(baseline),
      redirectMicroseconds: digits(redirect),
      ratio: digits(ratio),
      target: 3,
      met: ratio <= 3,
    }),
  );
} finally {
  bare.kill();
  service.child.kill("SIGTERM");
  await service.exit;
  await Promise.all([cache.stop(), state.stop(), postgres.remove()]);
}
