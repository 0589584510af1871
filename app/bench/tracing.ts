import { localCollector } from "../local/collector.ts";
import { freePort } from "../local/free-port.ts";
import { localPostgres } from "../local/postgres.ts";
import { localRedis, redisMissing, redisServerPath } from "../local/redis.ts";
import { type ServerProcess, serverProcess } from "../local/server-process.ts";
import { migratedDatabase } from "../local/service.ts";
import { load, median } from "./load.ts";

// CPU that tracing adds to a redirect (cache and limits in Redis: three spans when sampled), against the same service with tracing
// off in the same run. Target: at most 5 us more at 10 %. Each round gives all of them a short turn, in an order that rotates, and
// what counts is the median of the differences within rounds: a busy machine changes the rounds, and much less what lies between.
const requests = Number(process.argv[2] ?? 3_000);
const rounds = Number(process.argv[3] ?? 15);
// A second one without tracing shows how much of a difference is noise.
const ratios = { off: undefined, "off again": undefined, "0 %": "0", "10 %": "0.1", "100 %": "1" };

if (!redisServerPath) throw new Error(redisMissing);
const collector = await localCollector();
const [postgres, cache, state] = await Promise.all([localPostgres(), localRedis(), localRedis()]);
const database = await migratedDatabase(postgres);

async function measuredServer(ratio: string | undefined): Promise<ServerProcess & { cpu: () => Promise<number> }> {
  const port = await freePort();
  const service = await serverProcess(database, {
    NODE_OPTIONS: `--import=${new URL("cpu-reporter.ts", import.meta.url).href}`,
    CPU_PORT: `${port}`,
    REDIS_CACHE_HOST: "127.0.0.1",
    REDIS_CACHE_PORT: `${cache.port}`,
    REDIS_STATE_HOST: "127.0.0.1",
    REDIS_STATE_PORT: `${state.port}`,
    RATE_LIMITS: "create=1000000/1,read=1000000/1,redirect=1000000/1",
    ...(ratio === undefined ? { OTEL_SDK_DISABLED: "true" } : { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER_ARG: ratio }),
  });
  return { ...service, cpu: async () => Number(await (await fetch(`http://127.0.0.1:${port}`)).text()) };
}

const names = Object.keys(ratios) as (keyof typeof ratios)[];
const servers = new Map(await Promise.all(names.map(async (name) => [name, await measuredServer(ratios[name])] as const)));

async function microseconds(name: (typeof names)[number], count: number): Promise<number> {
  const { cpu, port } = servers.get(name)!;
  const before = await cpu();
  const statuses = await load(port, "/bench", count);
  if (statuses[302] !== count) throw new Error(`answers: ${JSON.stringify(statuses)}`);
  return ((await cpu()) - before) / count;
}

try {
  await fetch(`http://127.0.0.1:${servers.get("off")!.port}/v1/links`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url: "https://example.org/", slug: "bench" }),
  });
  for (const name of names) await microseconds(name, 6_000);
  const measured = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length]!;
      measured.get(name)!.push(await microseconds(name, requests));
    }
    collector.spans.length = 0;
  }
  const off = measured.get("off")!;
  const digits = (value: number) => Math.round(value * 100) / 100;
  const differences = (name: (typeof names)[number]) => measured.get(name)!.map((value, round) => value - off[round]!);
  const added = (name: (typeof names)[number]) => digits(median(differences(name)));
  const metrics = await (await fetch(`http://127.0.0.1:${servers.get("100 %")!.internalPort}/metrics`)).text();
  const dropped = [...metrics.matchAll(/^tracing_spans_dropped_total\S* (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  console.log(
    JSON.stringify({
      bench: "tracing",
      requests,
      rounds,
      ...(process.env.SPREAD && {
        spread: names.map((name) =>
          [name, ...[0.1, 0.25, 0.5, 0.75, 0.9].map((q) => digits(differences(name).toSorted((a, b) => a - b)[Math.floor(q * rounds)]!))].join(" "),
        ),
      }),
      offMicroseconds: digits(median(off)),
      noiseMicroseconds: added("off again"),
      addedMicroseconds: { "0 %": added("0 %"), "10 %": added("10 %"), "100 %": added("100 %") },
      ratioAt10: digits(1 + added("10 %") / median(off)),
      exportedAt100: Number(/^tracing_spans_exported_total (\d+)/m.exec(metrics)?.[1]),
      droppedAt100: dropped,
      target: 5,
      met: added("10 %") <= 5,
    }),
  );
} finally {
  for (const { child } of servers.values()) child.kill("SIGTERM");
  await Promise.all([...servers.values()].map(({ exit }) => exit));
  await Promise.all([cache.stop(), state.stop(), postgres.remove(), collector.close()]);
}
