import { beforeAll, expect, test } from "vitest";
import { output } from "./command.ts";
import type { Answer } from "./http.ts";
import { eventually, isReady, kubectl, list } from "./kubernetes.ts";
import { createLink, slugOf } from "./links.ts";
import { describe, type Step, seconds, under } from "./load.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
beforeAll(async () => void (await stack.ensureUp()));

test("every pod is killed at the same instant under reads and writes, as when its node loses power: all comes back by itself, with every acknowledged row", async () => {
  // A connection of its own for each request: one that was kept could lead to a pod that is no more.
  const client = await stack.client(false);
  const known = await slugOf(client);
  const acknowledged: string[] = [];
  const follow = new Watched("follow", [302], () => client.ask("GET", `/${known}`, { patience: 3 }));
  const create = new Watched("create", [201], async () => {
    const answer = await createLink(client);
    if (answer.status === 201) acknowledged.push(JSON.parse(answer.body).slug);
    return answer;
  });

  const { result: lost, report } = await under({ steps: [follow, create], workers: 6, pause: 50, atMost: { requests: 12_000, seconds: 300 } }, async () => {
    await seconds(5)();
    const lost = await killEveryPod();
    await eventually("links are followed and made again", 240, async () => follow.back(lost) !== undefined && create.back(lost) !== undefined);
    await eventually("every pod is ready again", 120, async () => (await running()).every(isReady));
    return lost;
  });
  const missing: string[] = [];
  for (const slug of acknowledged) if ((await client.ask("GET", `/${slug}`)).status !== 302) missing.push(slug);
  client.close();
  const took = ({ back }: Watched) => `${((back(lost)! - lost) / 1000).toFixed(1)} s`;
  stack.note(
    "lost node",
    `${took(follow)} to the first answered request, ${took(create)} to the next write; of ${acknowledged.length} acknowledged rows ${missing.length} missing`,
  );
  expect(missing).toEqual([]);
  expect(acknowledged.length, describe(report)).toBeGreaterThan(50);
});

/** A kind of request that remembers when it was answered and when not. */
class Watched implements Step {
  readonly name: string;
  readonly expected: readonly number[];
  readonly #ask: () => Promise<Answer>;
  readonly #asked: { began: number; ended: number; good: boolean }[] = [];

  constructor(name: string, expected: readonly number[], ask: () => Promise<Answer>) {
    this.name = name;
    this.expected = expected;
    this.#ask = ask;
  }

  async ask(): Promise<Answer> {
    const began = performance.now();
    let good = false;
    try {
      const answer = await this.#ask();
      good = this.expected.includes(answer.status);
      return answer;
    } finally {
      this.#asked.push({ began, ended: performance.now(), good });
    }
  }

  /** When the first request was answered that began after one had failed: what was on its way at the kill says nothing. */
  back = (lost: number): number | undefined => {
    const failed = this.#asked.find(({ ended, good }) => !good && ended > lost)?.ended;
    return failed === undefined ? undefined : this.#asked.find(({ began, good }) => good && began > failed)?.ended;
  };
}

const running = async () => (await list(namespace, "pods")).filter(({ status }) => status.phase !== "Succeeded" && status.phase !== "Failed");

/** Ends the first process of every pod with SIGKILL where this machine is the node, and takes the pods away without grace; gives the moment. */
async function killEveryPod(): Promise<number> {
  const { processOf } = stack.cluster;
  const pods = await running();
  const pids = processOf ? await Promise.all(pods.map(async ({ metadata }) => Number(await output([...processOf, namespace, metadata.name])))) : [];
  // A pid of 0 would mean this run itself.
  expect(pids.every((pid) => pid > 1)).toBe(true);
  const lost = performance.now();
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await kubectl(["--namespace", namespace, "delete", "pods", ...pods.map(({ metadata }) => metadata.name), "--grace-period=0", "--force", "--wait=false"]);
  return lost;
}
