import { createPublicKey } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { drillNamespace } from "../../infra/config/drill-namespace.ts";
import { eventually, get, kubectl, list } from "./kubernetes.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
const drills = drillNamespace(namespace);
beforeAll(() => stack.ensureUp());

async function ended(at: string, job: string, cronJob: string): Promise<{ good: boolean; log: string }> {
  await kubectl(["--namespace", at, "create", "job", job, `--from=cronjob/${cronJob}`]);
  const condition = await eventually(`${job} has ended`, 300, async () => {
    const { status } = await get(at, "job", job);
    return (status.conditions ?? []).find(({ type }: { type: string }) => type === "Complete" || type === "Failed");
  });
  const log = await kubectl(["--namespace", at, "logs", `job/${job}`, "--all-containers"]);
  return { good: condition.type === "Complete", log };
}

/** What the exporter shows, read through the API server. */
const metrics = () => kubectl(["get", "--raw", `/api/v1/namespaces/${namespace}/services/backup-exporter:metrics/proxy/metrics`]);

test("a backup is restored where nothing leads to production, and the bucket says so to Prometheus", async () => {
  const backup = await ended(namespace, "backup-for-drill", "postgres-backup");
  expect(backup.good, backup.log).toBe(true);
  const drill = await ended(drills, "drill-by-hand", "restore-drill");
  expect(drill.good, drill.log).toBe(true);
  stack.note("restore drill", /newest backup \S+ is right, [\d.]+ s/.exec(drill.log)?.[0] ?? drill.log);

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
