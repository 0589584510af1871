import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { outcomeOf, output } from "./command.ts";
import { repository } from "./engine.ts";
import { kubectl } from "./kubernetes.ts";

const namespace = "links-e2e-prod";
afterAll(async () => void (await kubectl(["delete", "namespace", namespace, `${namespace}-drill`, "--ignore-not-found", "--timeout=60s"], { patience: 90 })));

test("the API server accepts every object of prod's plan", async () => {
  await output(["npm", "run", "--silent", "plan", "--", "--stack", "prod"], { cwd: repository, patience: 120 });
  const planned = objectsIn(join(repository, "plan", "prod"));
  const namespaces = planned.filter(({ kind }) => kind === "Namespace");
  const names: string[] = namespaces.map(({ metadata }) => metadata.name).sort();
  const [prod] = names;
  expect(names).toEqual([prod, `${prod}-drill`]);

  // The real namespaces of prod must not come to be here, but their labels decide which pods are refused.
  const items = namespaces.map((one) => ({ ...one, metadata: { name: one.metadata.name.replace(prod, namespace), labels: one.metadata.labels } }));
  await kubectl(["apply", "--filename=-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  const objects = planned.filter(({ kind }) => kind !== "Namespace").map((object) => JSON.parse(JSON.stringify(object).replaceAll(prod!, namespace)));
  expect(objects.length).toBeGreaterThan(40);

  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const { code, stdout, stderr } = await outcomeOf(["kubectl", "apply", "--server-side", "--dry-run=server", "--filename=-"], { input: list, patience: 120 });
  expect(stderr, "refused or warned of").toBe("");
  expect(code).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(objects.length);
});

// biome-ignore lint/suspicious/noExplicitAny: manifests of any kind.
function objectsIn(folder: string): any[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.ya?ml$/.test(file));
  return files
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((document) => document.toJS()))
    .filter((document) => document?.apiVersion && document.kind);
}
