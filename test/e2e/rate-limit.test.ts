import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer, Client } from "./http.ts";
import { eventually, nodeIn, servingPods } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
let client: Client;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client(false);
});
afterAll(() => client?.close());

const { readQuota } = settings;
const refill = 60 / readQuota;

test("two replicas together allow exactly the limit", async () => {
  const path = `/v1/links/${await slugOf(client)}`;
  await eventually("a full quota", 120, async () => remaining(await client.ask("GET", path)) === readQuota - 1, refill * 2);
  // The question itself took one, which is back after a while.
  await new Promise((resolve) => setTimeout(resolve, refill * 1000 + 200));
  const before = await decisions();

  const started = performance.now();
  const answers = await Promise.all(Array.from({ length: readQuota * 4 }, () => client.ask("GET", path)));
  const seconds = (performance.now() - started) / 1000;

  const allowed = answers.filter(({ status }) => status === 200).length;
  const denied = answers.filter(({ status }) => status === 429);
  expect(allowed + denied.length, "every answer is 200 or 429").toBe(answers.length);
  expect(allowed).toBeGreaterThanOrEqual(readQuota);
  // The quota comes back evenly, so a burst that takes longer than one refill is allowed that much more.
  expect(allowed).toBeLessThanOrEqual(readQuota + Math.floor(seconds / refill));
  stack.note("rate limit", `${allowed} of ${answers.length} allowed in ${seconds.toFixed(1)} s, quota ${readQuota}`);

  const share = difference(await decisions(), before);
  expect(share.length).toBeGreaterThanOrEqual(2);
  expect(Math.min(...share), "both replicas took a part").toBeGreaterThan(0);
  expect(
    share.reduce((sum, part) => sum + part, 0),
    "allowed, as the replicas count it",
  ).toBe(allowed);

  const refusal = denied[0]!;
  expect(refusal.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(Number(refusal.headers["retry-after"])).toBeGreaterThanOrEqual(1);
  expect(refusal.headers["ratelimit-policy"]).toContain(`q=${readQuota};w=60`);
});

function remaining({ headers }: Answer): number {
  return Number(/;r=(\d+)/.exec(String(headers.ratelimit))?.[1] ?? Number.NaN);
}

/** How many reads each replica has allowed by asking Redis. */
async function decisions(): Promise<Map<string, number>> {
  const script = `const text = await (await fetch("http://127.0.0.1:" + process.env.INTERNAL_PORT + "/metrics")).text();
    const lines = text.split("\\n").filter((line) => line.startsWith("ratelimit_decisions_total{"));
    const wanted = ['tier="read"', 'decision="allowed"', 'source="redis"'];
    console.log(JSON.stringify(lines.filter((line) => wanted.every((label) => line.includes(label))).map((line) => Number(line.split(" ").at(-1)))));`;
  const pods = await servingPods(stack.namespace, settings.service);
  return new Map(
    await Promise.all(
      pods.map(async ({ metadata }): Promise<[string, number]> => {
        const values: number[] = await nodeIn(stack.namespace, metadata.name, script);
        return [metadata.name, values.reduce((sum, value) => sum + value, 0)];
      }),
    ),
  );
}

const difference = (after: Map<string, number>, before: Map<string, number>) => [...after].map(([pod, count]) => count - (before.get(pod) ?? 0));
