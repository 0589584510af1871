import { drillNamespace } from "../../../infra/config/drill-namespace.ts";
import { runFailingJob, runJob } from "../jobs.ts";
import { eventually, kubectl } from "../kubernetes.ts";
import type { Stack } from "../stack.ts";
import { sql } from "./in-pod.ts";
import type { Prometheus } from "./prometheus.ts";

const made: { namespace: string; job: string }[] = [];

/** Runs the backup's CronJob now; it must succeed. */
export const backUp = (stack: Stack) => runOf(stack.namespace, "postgres-backup", runJob);

/** Runs the drill's CronJob now, and expects it to find the backups right, or not. */
export const drill = (stack: Stack, good: boolean) => runOf(drillNamespace(stack.namespace), "restore-drill", good ? runJob : runFailingJob);

async function runOf(namespace: string, cronJob: string, run: typeof runJob): Promise<void> {
  const job = `${cronJob}-by-hand-${made.length}`;
  made.push({ namespace, job });
  await run(namespace, job, cronJob);
}

/** What is shown of backups is about the last good ones and their drills; on a young stack nobody has made any. */
export async function goodBackupAndDrill(stack: Stack, prometheus: Prometheus): Promise<void> {
  await pad(stack);
  await backUp(stack);
  await drill(stack, true);
  await eventually("the exporter tells of the drill", 120, async () => {
    const [told] = await prometheus.instant(`restore_drill_last_success_timestamp_seconds{namespace="${stack.namespace}"}`);
    return told !== undefined;
  });
}

/** Rows that make a backup ten times as large as one without them. */
export async function pad(stack: Stack): Promise<void> {
  await sql(stack, "CREATE TABLE padding AS SELECT n, md5(n::text) || md5(random()::text) AS text FROM generate_series(1, 100000) n;");
}

export async function clearBackups(stack: Stack): Promise<void> {
  for (const { namespace, job } of made.splice(0)) await kubectl(["--namespace", namespace, "delete", "job", job, "--ignore-not-found", "--wait=false"]);
  await sql(stack, "DROP TABLE IF EXISTS padding;");
}
