import { beforeAll, expect, test } from "vitest";
import { changes } from "./engine.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
beforeAll(async () => void (await stack.ensureUp()));

test("a second up changes nothing", async () => {
  const run = await stack.update("without a change", ["--expect-no-changes"]);
  expect(run.code, run.text).toBe(0);
  const { created, updated, deleted, replaced } = changes(run.text);
  expect([created, updated, deleted, replaced]).toEqual([undefined, undefined, undefined, undefined]);
});

test("what runs is what the state says", async () => {
  const run = await stack.engine.on("refresh", ["--yes", "--skip-preview", "--expect-no-changes"]);
  stack.note("refresh", `${run.seconds.toFixed(1)} s`);
  expect(run.code, run.text).toBe(0);
});
