import { createPublicKey } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { drillNamespace } from "../../infra/config/drill-namespace.ts";
import { runJob } from "./jobs.ts";
import { eventually, kubectl, list } from "./kubernetes.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
const drills = drillNamespace(namespace);
beforeAll(() => stack.ensureUp());

/** What the exporter shows, read through the API server. */
const metrics = () => kubectl(["get", "--raw", `/api/v1/namespaces/${namespace}/services/backup-exporter:metrics/proxy/metrics`]);

test("a backup is restored where nothing leads to production, and the bucket says so to Prometheus", async () => {
  await runJob(namespace, "backup-for-drill", "postgres-backup");
  const { log } = await runJob(drills, "drill-by-hand", "restore-drill");
  stack.note("restore drill", /newest backup \S+ is right, [\d.]+ s/.exec(log)?.[0] ?? log);

  const shown = await eventually("the exporter shows the drill", 120, async () => {
    const text = await metrics();
    return text.includes("restore_drill_last_success_timestamp_seconds{") ? text : undefined;
  });
  for (const check of ["restore", "amcheck", "rows", "schema", "invariants", "clock"]) {
    expect(shown).toMatch(new RegExp(`restore_drill_result\\{database="links",check="${check}",drilled="newest",backup="[^"]+"\\} 1\\n`));
  }
  expect(shown).toMatch(/backup_kept\{database="links",kind="dump"\} [1-9]/);
  expect(shown).toMatch(/backup_damaged\{database="links",kind="dump"\} 0\n/);
  expect(shown).toContain("backup_unreadable 0\n");
});

test("the key that evidence is verified by is the one that the exporter has", async () => {
  const [exporter] = (await list(namespace, "deployments")).filter(({ metadata }) => metadata.name === "backup-exporter");
  const { value } = exporter!.spec.template.spec.containers[0].env.find(({ name }: { name: string }) => name === "DRILL_PUBLIC_KEY");
  expect(createPublicKey(value).asymmetricKeyType).toBe("ed25519");
});

test("nothing of what was restored is left", async () => {
  const pods = await list(drills, "pods");
  expect(pods.filter(({ status }) => status.phase === "Running")).toEqual([]);
  expect(await list(drills, "persistentvolumeclaims")).toEqual([]);
});
