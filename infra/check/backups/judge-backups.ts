import { durationText } from "../age.ts";
import { bad, type Finding, good, warning } from "../finding.ts";

/** Times in seconds since 1970. */
export interface BackupFigures {
  /** What lies in the bucket, verified. Undefined when nothing reads it. */
  bucket?: { newest: number; size?: number };
  /** What the CronJob has. Undefined when it is not there. */
  job?: { made: number; succeeded?: number; suspended: boolean };
}

export interface BackupContext {
  namespace: string;
  stack: string;
  /** Age from which the newest backup is too old. */
  limitSeconds: number;
  /** Defaults to the clock of this machine. */
  now?: number;
}

/** The newest backup of a CronJob: by what lies in the bucket, and only for want of that by what the job says. */
export function judgeBackups(name: string, job: BackupFigures["job"], bucket: BackupFigures["bucket"], context: BackupContext): Finding[] {
  const { namespace, stack, limitSeconds, now = Date.now() / 1000 } = context;
  const runNow = `Make one now: kubectl --namespace ${namespace} create job backup-now --from=cronjob/${name}; its log says what fails. docs/backups.md.`;
  if (!job) return [bad(`There is no CronJob ${name}.`, `npx pulumi up --stack ${stack} makes it.`)];
  const stopped = job.suspended
    ? [bad(`${name} is suspended: no more backups are made.`, `kubectl --namespace ${namespace} patch cronjob ${name} --patch '{"spec":{"suspend":false}}'`)]
    : [];
  const newest = bucket?.newest ?? job.succeeded;
  const young = now - job.made < limitSeconds;
  if (!newest) {
    const says = "There is no backup yet";
    return [
      ...stopped,
      young ? warning(`${says}; the first is due by its schedule.`, runNow) : bad(`${says}, though ${name} is ${durationText(now - job.made)} old.`, runNow),
    ];
  }
  const age = now - newest;
  const limit = `the schedule allows ${durationText(limitSeconds)}`;
  if (age < -300)
    return [
      ...stopped,
      bad(
        `The newest backup is ${durationText(-age)} in the future: a clock is wrong.`,
        "Compare the clocks of the nodes and of this machine: date --utc; chronyc tracking.",
      ),
    ];
  if (age > limitSeconds)
    return [...stopped, bad(`The newest ${bucket ? "verified backup" : "run that succeeded"} is ${durationText(age)} old; ${limit}.`, runNow)];
  if (!bucket) {
    const says = `${name} last succeeded ${durationText(age)} ago, by its own word; nobody who reads the bucket says what lies there`;
    return [...stopped, warning(`${says}.`, "See whether the exporter of backups runs and Prometheus scrapes it: docs/runbooks/ExporterDown.md.")];
  }
  const size = bucket.size === undefined ? "" : `, ${sizeText(bucket.size)}`;
  return [...stopped, good(`The newest verified backup in the bucket is ${durationText(age)} old${size}; ${limit}.`)];
}

function sizeText(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${["bytes", "KiB", "MiB", "GiB", "TiB"][power]}`;
}
