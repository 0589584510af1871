/**
 * How long `pulumi up` takes from nothing, against `kubectl apply` of the very same objects and waiting for them, in the same run
 * on the same cluster; and how long an update without a change takes. `node bench/up.ts [rounds]`, with the environment that the
 * end-to-end suite takes (test/e2e/README.md).
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCluster } from "../test/e2e/cluster/cluster.ts";
import { output } from "../test/e2e/command.ts";
import { appImages } from "../test/e2e/images.ts";
import { kubectl } from "../test/e2e/kubernetes.ts";
import { Stack } from "../test/e2e/stack.ts";

interface KubernetesObject {
  kind: string;
  metadata: { name: string };
}
interface Exported {
  deployment: { resources: { type: string; inputs?: Record<string, unknown> }[] };
}

/** How the engine marks a secret in exported state. */
const secretMark = "4dabf18193072939515e22adb298388d";
const rounds = Number(process.argv[2] ?? 3);
const cluster = testCluster(process.env);
for (const command of cluster.prepare) await output(command, { patience: 600 });
const images = await appImages(cluster);

const results: { up: number; again: number; apply: number }[] = [];
for (let round = 0; round < rounds; round++) {
  const stack = new Stack(mkdtempSync(join(tmpdir(), "slipway-bench-")), cluster, images);
  const up = await seconds(() => stack.ensureUp());
  const again = await seconds(() => stack.up("no change"));
  const objects = await objectsOf(stack);
  await stack.remove();
  const apply = await seconds(() => applyAndWait(stack.namespace, objects));
  await kubectl(["delete", "namespace", stack.namespace, "--timeout=180s"], { patience: 200 });
  results.push({ up, again, apply });
}
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
console.log(
  JSON.stringify({
    rounds: results,
    upSeconds: median(results.map(({ up }) => up)),
    upAgainSeconds: median(results.map(({ again }) => again)),
    upToApplyRatio: median(results.map(({ up, apply }) => up / apply)),
    target: { upToApplyRatio: 1.5, upAgainSeconds: 10 },
  }),
);

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round(performance.now() - started) / 1000;
}

/** The Kubernetes objects of the stack as the engine sent them, secrets and all; they stay in this process. */
async function objectsOf(stack: Stack): Promise<KubernetesObject[]> {
  const { text } = await stack.engine.run(["stack", "export", "--stack", "e2e", "--show-secrets"]);
  const { deployment } = JSON.parse(text.slice(text.indexOf("{"))) as Exported;
  const inputs = deployment.resources
    .filter(({ type, inputs }) => type.startsWith("kubernetes:") && inputs?.kind)
    .map(({ inputs }) => plain(inputs) as KubernetesObject);
  return inputs.sort((a, b) => Number(b.kind === "Namespace") - Number(a.kind === "Namespace"));
}

/** Without the engine's wrapping of secrets. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  if (secretMark in value) {
    const { plaintext, value: bare } = value as { plaintext?: string; value?: unknown };
    return plaintext === undefined ? plain(bare) : plain(JSON.parse(plaintext));
  }
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (key.startsWith("__") ? [] : [[key, plain(inner)]])));
}

async function applyAndWait(namespace: string, objects: KubernetesObject[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await kubectl(["apply", "--server-side", "--filename=-"], { input, patience: 120 });
  const within = ["--namespace", namespace];
  const every = (kind: string) => objects.filter((object) => object.kind === kind).map((object) => `${kind.toLowerCase()}/${object.metadata.name}`);
  for (const workload of [...every("StatefulSet"), ...every("Deployment")])
    await kubectl([...within, "rollout", "status", workload, "--timeout=300s"], { patience: 320 });
  await kubectl([...within, "wait", "--for=condition=Complete", "--timeout=300s", ...every("Job")], { patience: 320 });
  await kubectl([...within, "wait", "--for=condition=Ready", "--timeout=120s", ...every("Certificate")], { patience: 140 });
}
