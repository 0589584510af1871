import { longestGapHours } from "../../components/kubernetes/schedule.ts";
import { type Check, skipped } from "../finding.ts";
import type { Subject } from "../subject.ts";
import { type BackupFigures, judgeBackups } from "./judge-backups.ts";
import { measured } from "./measured.ts";

export const backups: Check = {
  name: "backups",
  asks: "is the newest verified backup young enough",
  async ask(subject) {
    if (!(await subject.isUp())) return [skipped(`The namespace ${subject.namespace} is not there yet.`)];
    const jobs = subject.manifests.filter(({ kind, metadata }) => kind === "CronJob" && metadata.labels?.["app.kubernetes.io/component"] === "backup");
    if (jobs.length === 0) return [skipped("The stack makes no backups.")];
    const limitSeconds = (longestGapHours(subject.config.backups.schedule) + 2) * 3600;
    const bucket = await fromBucket(subject);
    const found = await Promise.all(
      jobs.map(async ({ metadata }) => judgeBackups(metadata.name, await ofJob(metadata.name, subject), bucket, { limitSeconds, ...subject })),
    );
    return found.flat();
  },
};

/** What the exporter read in the bucket, by way of Prometheus. */
async function fromBucket({ namespace, metrics }: Subject): Promise<BackupFigures["bucket"]> {
  const [newest, size] = await Promise.all([
    measured(metrics, `max(backup_last_success_timestamp_seconds{namespace="${namespace}"})`),
    measured(metrics, `max(backup_size_bytes{namespace="${namespace}"})`),
  ]);
  return newest === undefined ? undefined : { newest, size };
}

/** What the CronJob says of itself. */
async function ofJob(name: string, { namespace, cluster }: Subject): Promise<BackupFigures["job"]> {
  const found = await (await cluster()).get(`/apis/batch/v1/namespaces/${namespace}/cronjobs/${name}`);
  if (!found) return undefined;
  const at = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time) / 1000);
  return { made: at(found.metadata.creationTimestamp)!, succeeded: at(found.status?.lastSuccessfulTime), suspended: found.spec.suspend === true };
}
