import { get, type KubernetesObject, kubectl, list } from "../../kubernetes.ts";
import { settings } from "../../settings.ts";
import type { Stack } from "../../stack.ts";
import type { Fault } from "../fault.ts";

export const migrationFails: Fault = {
  name: "a migration whose second statement fails",
  alerts: ["MigrationJobFailed warning"],
  async start(stack) {
    const template = await templateOf(stack, `${settings.service}-migration-`);
    template.spec.containers[0].image = stack.images.brokenMigration;
    return runs(stack, `${settings.service}-migration-fault`, template);
  },
};

export const backupFails: Fault = {
  name: "a backup into a bucket that is not there",
  alerts: ["BackupFailed warning"],
  async start(stack) {
    const { template } = (await get(stack.namespace, "cronjob", "postgres-backup")).spec.jobTemplate.spec;
    for (const container of template.spec.containers) {
      for (const variable of container.env ?? []) if (variable.name === "BUCKET") variable.value = "no-such-bucket";
    }
    return runs(stack, "postgres-backup-fault", template);
  },
};

export const otherJobFails: Fault = {
  name: "a job of the team's own that exits with 1",
  alerts: ["JobFailed warning"],
  async start(stack) {
    const template = await templateOf(stack, "postgres-roles-");
    template.spec.initContainers = [];
    template.spec.containers[0].command = ["sh", "-c", "exit 1"];
    template.spec.containers[0].args = [];
    return runs(stack, "fault-by-hand", template);
  },
};

async function templateOf(stack: Stack, prefix: string): Promise<KubernetesObject> {
  const job = (await list(stack.namespace, "jobs")).find(({ metadata }) => metadata.name.startsWith(prefix) && !metadata.name.endsWith("-fault"));
  if (!job) throw new Error(`There is no Job ${prefix}... to make a failing one of.`);
  return job.spec.template;
}

/** Runs a Job with one try; gives what removes it. */
async function runs(stack: Stack, name: string, template: KubernetesObject): Promise<() => Promise<void>> {
  const { labels = {}, annotations } = template.metadata ?? {};
  const own = Object.fromEntries(Object.entries(labels).filter(([key]) => !/controller-uid|job-name/.test(key)));
  const spec = { ...template.spec, restartPolicy: "Never" };
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { backoffLimit: 0, activeDeadlineSeconds: 60, template: { metadata: { labels: own, annotations }, spec } },
  };
  await kubectl(["--namespace", stack.namespace, "create", "--filename=-"], { input: JSON.stringify(job) });
  return async () => void (await kubectl(["--namespace", stack.namespace, "delete", "job", name, "--ignore-not-found", "--wait=false"]));
}
