import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { destination } from "pino";
import { localPostgres } from "../local/postgres.ts";
import { localRedis, redisMissing, redisServerPath } from "../local/redis.ts";
import { migratedDatabase, testConfig } from "../local/service.ts";
import type { TracingSettings } from "../src/config/tracing.ts";
import { startService } from "../src/lifecycle/start.ts";
import { parseTiers } from "../src/limiter/tiers.ts";
import { createLog } from "../src/log/log.ts";

// CPU time of the service's process that tracing adds to a redirect (cache and limits in Redis: three spans when sampled), against the
// same service with tracing off in the same run. Target: at most 5 us more at 10 %. All services are in this process and take turns of
// a few dozen milliseconds: in processes of their own, neighbors on the machine and the compiler's moods differ between them by more
// than what is measured. What sends the requests is elsewhere. A second one without tracing shows how much of a difference is noise.
//
// Spans wait for a full batch however long that takes, so that their export falls into the turn of the service that recorded them. A
// round is several turns of each, for at 10 % a batch is full in every fifth turn or so.
const requests = Number(process.argv[2] ?? 400);
const rounds = Number(process.argv[3] ?? 40);
const turnsInRound = 5;
const warmUpRounds = 4;
/** Time after each turn in which the collector's answers come in, which are part of the turn's cost. */
const settleMilliseconds = 5;
const untilFull = 3_600_000;
const ratios = { off: undefined, "off again": undefined, "0 %": 0, "10 %": 0.1, "100 %": 1 };
const names = Object.keys(ratios) as (keyof typeof ratios)[];

if (!redisServerPath) throw new Error(redisMissing);
const forked = (file: string) => fork(fileURLToPath(new URL(file, import.meta.url)));
const sink = forked("sink-server.ts");
const [sinkPort] = (await once(sink, "message")) as [number];
const client = forked("tracing-client.ts");
const [postgres, cache, state] = await Promise.all([localPostgres(), localRedis(), localRedis()]);
const database = await migratedDatabase(postgres);
const log = createLog("info", destination({ dest: "/dev/null", sync: false, minLength: 4_096 }));

async function service(sampleRatio: number | undefined) {
  const off: TracingSettings = { disabled: true, sampleRatio: 0, serviceName: "links" };
  const endpoint = `http://127.0.0.1:${sinkPort}`;
  return await startService(
    testConfig(database, {
      redisCache: { host: "127.0.0.1", port: cache.port },
      redisState: { host: "127.0.0.1", port: state.port },
      tiers: parseTiers(["create=1000000/1", "read=1000000/1", "redirect=1000000/1"]),
      tracing: sampleRatio === undefined ? off : { ...off, disabled: false, endpoint, sampleRatio, exportDelayMilliseconds: untilFull },
    }),
    log,
  );
}
const services = new Map(await Promise.all(names.map(async (name) => [name, await service(ratios[name])] as const)));

/** CPU time of one turn, in microseconds. */
async function turn(name: (typeof names)[number]): Promise<number> {
  const answer = once(client, "message") as Promise<[Record<number, number>]>;
  const before = process.cpuUsage();
  client.send({ port: services.get(name)!.port, path: "/bench", count: requests });
  const [statuses] = await answer;
  await sleep(settleMilliseconds);
  const { user, system } = process.cpuUsage(before);
  if (statuses[302] !== requests) throw new Error(`answers: ${JSON.stringify(statuses)}`);
  return user + system;
}

/** Microseconds between two that are the same, beyond which nothing can be said of differences as small as the target. */
const mostNoise = 1.5;

/** Microseconds a request, of each. */
async function round(): Promise<Map<string, number>> {
  const spent = new Map(names.map((name) => [name, 0]));
  for (let index = 0; index < turnsInRound; index++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(index + place) % names.length]!;
      spent.set(name, spent.get(name)! + (await turn(name)) / requests / turnsInRound);
    }
  }
  return spent;
}

/** Mean without the tenth at either end, where neighbors on the machine show. */
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
  for (let index = 0; index < warmUpRounds; index++) await round();
  const measured: Map<string, number>[] = [];
  for (let index = 0; index < rounds; index++) measured.push(await round());
  const digits = (value: number) => Math.round(value * 100) / 100;
  const added = (name: (typeof names)[number]) => digits(trimmedMean(measured.map((spent) => spent.get(name)! - spent.get("off")!)));
  const noise = added("off again");
  console.log(
    JSON.stringify({
      bench: "tracing",
      requests,
      rounds,
      offMicroseconds: digits(trimmedMean(measured.map((spent) => spent.get("off")!))),
      noiseMicroseconds: noise,
      addedMicroseconds: { "0 %": added("0 %"), "10 %": added("10 %"), "100 %": added("100 %") },
      target: 5,
      met: Math.abs(noise) > mostNoise ? "not to be told: too much else runs on this machine" : added("10 %") <= 5,
    }),
  );
} finally {
  await Promise.all([...services.values()].map(({ stop }) => stop()));
  sink.kill();
  client.kill();
  await Promise.all([cache.stop(), state.stop(), postgres.remove()]);
}
