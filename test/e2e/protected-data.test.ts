import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planStack } from "../../infra/plan/plan.ts";
import { Engine } from "./engine.ts";

// No cluster takes part: the engine refuses before it asks one, and there is none at the address that it is given.
test("a destroy of prod stops before any change, and names what is protected and the command that lifts it", async () => {
  const kept = (await planStack("prod")).resources.filter(({ options, type }) => options.protect && type.startsWith("kubernetes:"));
  const names = kept.map(({ name, type }) => `${type.split(":").at(-1)} ${name}`);
  expect(names).toEqual(expect.arrayContaining([expect.stringMatching(/^Namespace /), "StatefulSet postgres", "StatefulSet redis-state"]));

  const folder = mkdtempSync(join(tmpdir(), "slipway-protected-"));
  for (const path of ["state", "project"]) mkdirSync(join(folder, path));
  const project = join(folder, "project");
  writeFileSync(join(project, "Pulumi.yaml"), "name: slipway\nruntime: nodejs\n");
  const stack = { urn: "urn:pulumi:prod::slipway::pulumi:pulumi:Stack::slipway-prod", custom: false, type: "pulumi:pulumi:Stack" };
  const type = "pulumi:providers:kubernetes";
  const provider = { urn: `urn:pulumi:prod::slipway::${type}::default`, custom: true, id: "one", type, inputs: {}, outputs: {} };
  const protectedOnes = kept.map(({ name, type }) => ({
    urn: `urn:pulumi:prod::slipway::${type}::${name}`,
    ...{ custom: true, id: name, type, parent: stack.urn, provider: `${provider.urn}::${provider.id}`, protect: true, inputs: {}, outputs: {} },
  }));
  const resources = [stack, provider, ...protectedOnes];
  writeFileSync(join(folder, "state.json"), JSON.stringify({ version: 3, deployment: { manifest: { time: new Date(), magic: "", version: "" }, resources } }));

  const engine = new Engine(folder);
  const pulumi = (...args: string[]) => engine.run([...args, "--stack", "prod"], { KUBECONFIG: "/dev/null" }, project);
  expect(await engine.run(["stack", "init", "prod"], {}, project)).toMatchObject({ code: 0 });
  expect(await pulumi("stack", "import", "--file", join(folder, "state.json"))).toMatchObject({ code: 0 });
  const { code, text } = await pulumi("destroy", "--yes");
  expect(code).not.toBe(0);
  for (const { urn } of protectedOnes) expect(text.replaceAll(/\s+/g, " ")).toContain(`pulumi state unprotect '${urn}'`);
  const left = JSON.parse((await pulumi("stack", "export")).stdout).deployment.resources;
  expect(left).toHaveLength(resources.length);
});
