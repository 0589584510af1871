import { longestGapHours } from "../../components/kubernetes/schedule.ts";
import type { Manifest } from "../../plan/resource.ts";
import { bad, type Check, type Finding, good, NoAnswer, skipped, warning } from "../finding.ts";
import type { Metrics, Sample } from "../prometheus.ts";
import type { Subject } from "../subject.ts";
import { type BackupFigures, judgeBackups } from "./judge-backups.ts";

export const backups: Check = {
  name: "backups",
  asks: "is the newest verified backup of each kind young enough, and is any damaged",
  async ask(subject) {
    if (!(await subject.isUp())) return [skipped(`The namespace ${subject.namespace} is not there yet.`)];
    const jobs = subject.manifests.filter(({ kind, metadata }) => kind === "CronJob" && metadata.labels?.["app.kubernetes.io/component"] === "backup");
    if (jobs.length === 0) return [skipped("The stack makes no backups.")];
    const bucket = await fromBucket(subject);
    const found = await Promise.all(
      jobs.map(async ({ metadata: { name }, spec }) => {
        const kind = kindOf(name);
        // Two hours for the run itself and one retry, as the alert has it.
        const limitSeconds = (longestGapHours(spec.schedule) + 2) * 3600;
        return judgeBackups(name, await ofJob(name, subject), bucket?.newest(kind), { limitSeconds, kind, ...subject });
      }),
    );
    return [...found.flat(), ...(bucket ? damageFindings(bucket.damaged, bucket.unreadable) : [])];
  },
};

/** Of manifests in the bucket, by the name of the CronJob that writes them. */
const kindOf = (name: Manifest["metadata"]["name"]) => (/redis/.test(name) ? "redis" : /base|wal/.test(name) ? "base" : "dump");

interface Bucket {
  newest(kind: string): BackupFigures["bucket"];
  damaged: readonly Sample[];
  unreadable: number;
}

/** What the exporter read in the bucket, by way of Prometheus; undefined when nobody says anything. */
async function fromBucket({ namespace, metrics: connect }: Subject): Promise<Bucket | undefined> {
  let metrics: Metrics;
  try {
    metrics = await connect();
  } catch (error) {
    // That Prometheus is away is the alerts' finding; what the jobs say is still worth telling.
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
  const by = (name: string) => metrics.query(`max by (kind) (${name}{namespace="${namespace}"})`);
  const [newest, sizes, damaged, unreadable] = await Promise.all([
    by("backup_last_success_timestamp_seconds"),
    by("backup_size_bytes"),
    by("backup_damaged"),
    by("backup_unreadable"),
  ]);
  if (unreadable.length === 0) return undefined;
  const ofKind = (samples: readonly Sample[], kind: string) => samples.find(({ labels }) => labels.kind === kind)?.value;
  return { newest: (kind) => ({ newest: ofKind(newest, kind), size: ofKind(sizes, kind) }), damaged, unreadable: unreadable[0]!.value };
}

export function damageFindings(damaged: readonly Sample[], unreadable: number): Finding[] {
  const look = "The log of the exporter of backups names each: kubectl logs deployment/backup-exporter. Make a new backup before anything else is changed.";
  const some = damaged.filter(({ value }) => value > 0);
  return [
    ...some.map(({ labels, value }) =>
      bad(`${value} ${value === 1 ? "backup" : "backups"} of kind ${labels.kind} in the bucket can't be restored: objects are missing or cut off.`, look),
    ),
    ...(unreadable > 0 ? [warning(`${unreadable} manifests or pieces of evidence in the bucket can't be read or believed.`, look)] : []),
    ...(some.length === 0 && unreadable === 0 ? [good("No backup in the bucket is damaged by its listing.")] : []),
  ];
}

/** What the CronJob says of itself. */
async function ofJob(name: string, { namespace, cluster }: Subject): Promise<BackupFigures["job"]> {
  const found = await (await cluster()).get(`/apis/batch/v1/namespaces/${namespace}/cronjobs/${name}`);
  if (!found) return undefined;
  const at = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time) / 1000);
  return { made: at(found.metadata.creationTimestamp)!, succeeded: at(found.status?.lastSuccessfulTime), suspended: found.spec.suspend === true };
}
