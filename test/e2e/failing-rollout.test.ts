import { afterAll, beforeAll, expect, describe as group, test } from "vitest";
import { stackTrace } from "./engine.ts";
import type { Client } from "./http.ts";
import { missingImage } from "./images.ts";
import { list, servingPods } from "./kubernetes.ts";
import { daily } from "./links.ts";
import { describe, under } from "./load.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
let client: Client;
let good: string;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
  const [pod] = await servingPods(stack.namespace, settings.service);
  good = pod.spec.containers[0].image;
});
afterAll(() => client?.close());

const bad = [
  { what: "an image that no registry has", image: missingImage(stack.images.app), reason: /ErrImagePull|ImagePullBackOff/ },
  { what: "an image whose process ends at once", image: stack.images.exits, reason: /CrashLoopBackOff|exit(ed|s)? (with )?(code )?3|Error/ },
];

group.each(bad)("$what", ({ what, image, reason }) => {
  test("the update fails and says why, and the old version serves on", async () => {
    const load = await daily(client, { workers: 2, pause: 100, atMost: { requests: 12_000, seconds: 600 } });
    stack.configure({ "slipway:image": { reference: image } });
    const { result: run, report } = await under(load, () => stack.update(what));
    expect(run.code).not.toBe(0);
    expect(run.text).toMatch(reason);
    expect(run.text).not.toMatch(stackTrace);
    expect(report.failures, describe(report)).toEqual([]);

    const serving = await servingPods(stack.namespace, settings.service);
    expect(new Set(serving.map((pod) => pod.spec.containers[0].image))).toEqual(new Set([good]));
    expect(serving.length).toBeGreaterThanOrEqual(2);
  });

  test("the next good update recovers", async () => {
    await stack.up(`good again after ${what}`, { "slipway:image": { reference: good } });
    const pods = await list(stack.namespace, "pods", `--selector=app.kubernetes.io/instance=${settings.service}`);
    expect(new Set(pods.filter((pod) => !pod.metadata.deletionTimestamp).map((pod) => pod.spec.containers[0].image))).toEqual(new Set([good]));
  });
});
