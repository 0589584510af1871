import { afterAll, beforeAll, expect, test } from "vitest";
import { images as catalogue } from "../../../infra/components/index.ts";
import { copyBackups } from "../buckets.ts";
import { outcomeOf } from "../command.ts";
import { runJob } from "../jobs.ts";
import { eventually, type KubernetesObject, nodeIn, servingPods } from "../kubernetes.ts";
import { secondsSince } from "../notes.ts";
import { thisStack } from "../this-stack.ts";
import { OwnStack } from "./own-stack.ts";
import { OtherRegion } from "./region-loss/other-region.ts";

const stack = thisStack();
const { images } = stack.cluster;
const root = process.env.SLIPWAY_E2E_REGION_NAMESPACE ?? `${stack.namespace}-region`;
const first = new OwnStack("region-loss", `${root}-one`);
const second = new OwnStack("region-loss", `${root}-two`);
const copy = new OtherRegion(`${root}-copy`, images.objectStore ?? catalogue.objectStore);
const values = { images: { ...catalogue, ...images }, image: stack.images.app, encryptionKey: "5e".repeat(32) };

/** Asks the service as its own pod reaches it. */
async function inService({ namespace }: OwnStack, script: string): Promise<KubernetesObject> {
  const [pod] = await servingPods(namespace, "links");
  const ask = 'const ask = (path, options) => fetch("http://127.0.0.1:" + process.env.PORT + path, { redirect: "manual", ...options });';
  return nodeIn(namespace, pod.metadata.name, `${ask} ${script}`);
}
const create = `const slugs = {};
  for (let number = 0; number < 20; number++) {
    const url = "https://example.org/kept/" + number;
    const answer = await ask("/v1/links", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ url }) });
    slugs[(await answer.json()).slug] = url;
  }
  console.log(JSON.stringify(slugs));`;
const follow = (slugs: string[]) => `const found = {};
  for (const slug of ${JSON.stringify(slugs)}) found[slug] = (await ask("/" + slug)).headers.get("location");
  console.log(JSON.stringify(found));`;

beforeAll(async () => {
  await Promise.all([first.create(values), copy.create()]);
});
afterAll(async () => {
  await Promise.all([first.lose(), second.remove(), copy.remove()]);
});

test("a region that is lost with its bucket, the stack's state and the namespace: a new stack serves every link from the copy in another region", async () => {
  const slugs: Record<string, string> = await inService(first, create);
  expect(Object.keys(slugs)).toHaveLength(20);
  await runJob(first.namespace, "before-the-loss", "postgres-backup");
  await copy.withBucket((bucket) => copyBackups(first.namespace, bucket));

  const lost = performance.now();
  await first.lose();
  await second.create({ ...values, restoreFrom: await copy.restoreFrom() });
  const found = await eventually("the first request is answered", 60, () => inService(second, follow(Object.keys(slugs))));
  const missing = Object.keys(slugs).filter((slug) => found[slug] !== slugs[slug]);
  stack.note(
    "lost region",
    `${secondsSince(lost)} from its loss to the first answered requests; of ${Object.keys(slugs).length} links in the copy ${missing.length} missing`,
  );
  expect(missing).toEqual([]);
  const { stderr } = await outcomeOf(["kubectl", "get", "namespace", first.namespace]);
  expect(stderr, "nothing of the first region took part").toMatch(/not found/);
  // From now on the new region keeps backups of its own.
  await runJob(second.namespace, "after-the-loss", "postgres-backup");
});
