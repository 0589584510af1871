import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { stackName } from "./engine.ts";
import { secondsSince } from "./notes.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
beforeAll(async () => void (await stack.ensureUp()));

test("a state that is lost comes back from its export, and a preview finds the cluster as it says", async () => {
  const copies = mkdtempSync(join(tmpdir(), "slipway-state-"));
  const file = join(copies, "state.json");
  const exported = await stack.engine.run(["stack", "export", "--stack", stackName, "--file", file]);
  expect(exported.code, exported.text).toBe(0);

  const [state, lost] = [join(stack.folder, "state"), join(stack.folder, "state-lost")];
  renameSync(state, lost);
  mkdirSync(state);
  const started = performance.now();
  let back = false;
  try {
    // In the stack's own folder: there the engine finds the salt, by which the passphrase opens what the state holds.
    for (const args of [
      ["stack", "init", stackName, "--no-select"],
      ["stack", "import", "--stack", stackName, "--file", file],
    ]) {
      const run = await stack.engine.run(args, {}, stack.folder);
      expect(run.code, run.text).toBe(0);
    }
    const imported = secondsSince(started);
    const preview = await stack.engine.on("preview", ["--expect-no-changes"]);
    expect(preview.code, preview.text).toBe(0);
    stack.note("Pulumi state", `${imported} to import, ${secondsSince(started)} until a preview found nothing to change`);
    back = true;
  } finally {
    rmSync(copies, { recursive: true });
    // Without it the stack could not be taken down.
    rmSync(back ? lost : state, { recursive: true });
    if (!back) renameSync(lost, state);
  }
});
