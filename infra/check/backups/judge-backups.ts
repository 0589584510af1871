import { durationText } from "../age.ts";
import { bad, type Finding, good, warning } from "../finding.ts";

/** Times in seconds since 1970. */
export interface BackupFigures {
  /** What lies in the bucket, verified. Undefined when nothing reads it. */
  bucket?: { newest?: number; size?: number };
  /** What the CronJob has. Undefined when it is not there. */
  job?: { made: number; succeeded?: number; suspended: boolean };
}

export interface BackupContext {
  namespace: string;
  stack: string;
  /** `dump`, `base` or `redis`. */
  kind: string;
  /** Age from which the newest backup is too old. */
  limitSeconds: number;
  /** Defaults to the clock of this machine. */
  now?: number;
}

/** Clocks of a cluster's nodes differ by less; a backup of the future is one whose age nobody can trust. */
const clockSeconds = 300;

/** The newest backup of a CronJob: by what lies in the bucket, and only for want of that by what the job says. */
export function judgeBackups(name: string, job: BackupFigures["job"], bucket: BackupFigures["bucket"], context: BackupContext): Finding[] {
  const { namespace, stack } = context;
  if (!job) return [bad(`There is no CronJob ${name}.`, `npx pulumi up --stack ${stack} makes it.`)];
  const start = `kubectl --namespace ${namespace} patch cronjob ${name} --patch '{"spec":{"suspend":false}}'`;
  return [...(job.suspended ? [bad(`${name} is suspended: no more backups are made.`, start)] : []), judgeNewest(name, job, bucket, context)];
}

function judgeNewest(name: string, job: NonNullable<BackupFigures["job"]>, bucket: BackupFigures["bucket"], context: BackupContext): Finding {
  const { namespace, kind, limitSeconds, now = Date.now() / 1000 } = context;
  const runNow = `Make one now: kubectl --namespace ${namespace} create job ${kind}-now --from=cronjob/${name}; its log says what fails. docs/backups.md.`;
  const newest = bucket ? bucket.newest : job.succeeded;
  const limit = `the schedule allows ${durationText(limitSeconds)}`;
  if (newest === undefined) {
    const age = now - job.made;
    const says = `There is no backup of kind ${kind} yet`;
    return age < limitSeconds
      ? warning(`${says}; the first is due by its schedule.`, runNow)
      : bad(`${says}, though ${name} is ${durationText(age)} old.`, runNow);
  }
  const age = now - newest;
  const compare = "Compare the clocks of the nodes and of this machine: date --utc; chronyc tracking.";
  if (age < -clockSeconds) return bad(`The newest backup of kind ${kind} is ${durationText(-age)} in the future: a clock is wrong.`, compare);
  if (age > limitSeconds)
    return bad(`The newest ${bucket ? `verified backup of kind ${kind}` : `run of ${name} that succeeded`} is ${durationText(age)} old; ${limit}.`, runNow);
  if (bucket) {
    const size = bucket.size === undefined ? "" : `, ${sizeText(bucket.size)}`;
    return good(`The newest verified backup of kind ${kind} in the bucket is ${durationText(Math.max(0, age))} old${size}; ${limit}.`);
  }
  return warning(
    `${name} last succeeded ${durationText(Math.max(0, age))} ago, by its own word; nobody who reads the bucket says what lies there.`,
    "See whether the exporter of backups runs and Prometheus scrapes it: docs/runbooks/ExporterDown.md.",
  );
}

function sizeText(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${["bytes", "KiB", "MiB", "GiB", "TiB"][power]}`;
}
