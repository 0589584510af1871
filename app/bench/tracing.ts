import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { destination } from "pino";
import { localPostgres } from "../local/postgres.ts";
import { localRedis, redisMissing, redisServerPath } from "../local/redis.ts";
import { migratedDatabase, testConfig } from "../local/service.ts";
import type { TracingSettings } from "../src/config/tracing.ts";
import { startService } from "../src/lifecycle/start.ts";
import { parseTiers } from "../src/limiter/tiers.ts";
import { createLog } from "../src/log/log.ts";
import { load } from "./load.ts";

// CPU that tracing adds to a redirect (cache and limits in Redis: three spans when sampled), against the same service with tracing
// off in the same run. Target: at most 5 us more at 10 %. All run in this process, together with what sends the requests, and take
// turns of a few dozen milliseconds: in processes of their own, neighbors on the machine and the compiler's moods differ between
// them by more than what is measured. A second one without tracing shows how much of a difference is noise.
const requests = Number(process.argv[2] ?? 400);
const rounds = Number(process.argv[3] ?? 200);
const ratios = { off: undefined, "off again": undefined, "0 %": 0, "10 %": 0.1, "100 %": 1 };
const names = Object.keys(ratios) as (keyof typeof ratios)[];

if (!redisServerPath) throw new Error(redisMissing);
const sink = fork(fileURLToPath(new URL("sink-server.ts", import.meta.url)));
const [sinkPort] = (await once(sink, "message")) as [number];
const [postgres, cache, state] = await Promise.all([localPostgres(), localRedis(), localRedis()]);
const database = await migratedDatabase(postgres);
const log = createLog("info", destination({ dest: "/dev/null", sync: false, minLength: 4_096 }));

async function service(sampleRatio: number | undefined) {
  const off: TracingSettings = { disabled: true, sampleRatio: 0, serviceName: "links" };
  return await startService(
    testConfig(database, {
      redisCache: { host: "127.0.0.1", port: cache.port },
      redisState: { host: "127.0.0.1", port: state.port },
      tiers: parseTiers(["create=1000000/1", "read=1000000/1", "redirect=1000000/1"]),
      tracing: sampleRatio === undefined ? off : { disabled: false, endpoint: `http://127.0.0.1:${sinkPort}`, sampleRatio, serviceName: "links" },
    }),
    log,
  );
}
const services = new Map(await Promise.all(names.map(async (name) => [name, await service(ratios[name])] as const)));

async function microseconds(name: (typeof names)[number]): Promise<number> {
  const before = process.cpuUsage();
  const statuses = await load(services.get(name)!.port, "/bench", requests);
  const { user, system } = process.cpuUsage(before);
  if (statuses[302] !== requests) throw new Error(`answers: ${JSON.stringify(statuses)}`);
  return (user + system) / requests;
}

/** Mean without the tenth at either end: a batch of spans goes out in every fourth turn only, which a median would not see. */
function trimmedMean(values: number[]): number {
  const cut = Math.floor(values.length / 10);
  const kept = values.toSorted((a, b) => a - b).slice(cut, values.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

try {
  await fetch(`http://127.0.0.1:${services.get("off")!.port}/v1/links`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url: "https://example.org/", slug: "bench" }),
  });
  const turns = names.map((name) => [name, [] as number[]] as const);
  for (let round = -20; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const [name, values] = turns[(round + 20 + turn) % names.length]!;
      const value = await microseconds(name);
      if (round >= 0) values.push(value);
    }
  }
  const measured = new Map(turns);
  const digits = (value: number) => Math.round(value * 100) / 100;
  const added = (name: (typeof names)[number]) => digits(trimmedMean(measured.get(name)!.map((value, round) => value - measured.get("off")![round]!)));
  console.log(
    JSON.stringify({
      bench: "tracing",
      requests,
      rounds,
      withClientMicroseconds: digits(trimmedMean(measured.get("off")!)),
      noiseMicroseconds: added("off again"),
      addedMicroseconds: { "0 %": added("0 %"), "10 %": added("10 %"), "100 %": added("100 %") },
      target: 5,
      met: added("10 %") <= 5,
    }),
  );
} finally {
  await Promise.all([...services.values()].map(({ stop }) => stop()));
  sink.kill();
  await Promise.all([cache.stop(), state.stop(), postgres.remove()]);
}
