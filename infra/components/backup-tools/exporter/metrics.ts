import { DrilledBackup, type Evidence } from "../drill/evidence.ts";
import type { BucketState, KeptBackup } from "./bucket-state.ts";

type Labels = Record<string, string>;
interface Sample {
  labels: Labels;
  value: number;
}

/** Every metric, with what it means. */
const help = {
  backup_bucket_bytes: "Bytes of all objects below the prefix.",
  backup_bucket_look_duration_seconds: "Seconds that the last look at the bucket took.",
  backup_bucket_looked_timestamp_seconds: "When the bucket was last looked at.",
  backup_bucket_objects: "Objects below the prefix.",
  backup_damaged: "Backups with a manifest whose objects are missing, cut off or not what the manifest says.",
  backup_kept: "Backups that are whole by the listing.",
  backup_last_success_timestamp_seconds: "When the newest whole backup was verified.",
  backup_oldest_snapshot_timestamp_seconds: "Moment whose data the oldest whole backup holds.",
  backup_size_bytes: "Bytes of the newest whole backup.",
  backup_snapshot_timestamp_seconds: "Moment whose data the newest whole backup holds.",
  backup_unreadable: "Manifests and evidence that can't be read or believed.",
  backup_wal_archived_lag_seconds: "Seconds since the newest piece of the log was stored.",
  restore_drill_duration_seconds: "Seconds by phase of the last drill of a newest backup, and of the last of a moment.",
  restore_drill_last_success_timestamp_seconds: "End of the last drill that found the newest backup right, or a moment.",
  restore_drill_last_timestamp_seconds: "End of the last drill, whatever it found.",
  restore_drill_result: "1 where the last drill found the restored data right, 0 where not.",
  restore_drill_rows: "Rows of each table that the last drill of a newest backup restored, or that of a moment.",
  restore_drill_rpo_seconds: "Age of the newest backup's data when the last drill began; for a moment, the writes before it that were not archived by then.",
} as const;
type Name = keyof typeof help;
export const metricNames = Object.keys(help) as Name[];

/** What Prometheus reads. Times are those of the bucket; ages are as of now. */
export function metricsText(state: BucketState, now: Date): string {
  const samples = new Map<Name, Sample[]>();
  const add = (name: Name, value: number, labels: Labels = {}) => samples.set(name, [...(samples.get(name) ?? []), { labels, value }]);
  add("backup_bucket_bytes", state.bytes);
  add("backup_bucket_look_duration_seconds", state.seconds);
  add("backup_bucket_looked_timestamp_seconds", seconds(state.at));
  add("backup_bucket_objects", state.objects);
  add("backup_unreadable", state.problems.length - state.backups.filter(({ damage }) => damage !== undefined).length);
  for (const group of groupsOf(state.backups)) addBackups(add, group);
  for (const { database, newest } of state.logs) add("backup_wal_archived_lag_seconds", Math.max(0, seconds(now) - seconds(newest)), { database });
  for (const drills of Object.values(Object.groupBy(state.drills, ({ database }) => database))) addDrills(add, drills!);
  return metricNames
    .filter((name) => samples.has(name))
    .map(
      (name) =>
        `# HELP ${name} ${help[name]}\n# TYPE ${name} gauge\n${samples
          .get(name)!
          .map((sample) => line(name, sample))
          .join("")}`,
    )
    .join("");
}

type Add = (name: Name, value: number, labels?: Labels) => void;

const groupsOf = (backups: KeptBackup[]) => Object.values(Object.groupBy(backups, ({ database, kind }) => `${database} ${kind}`)) as KeptBackup[][];

function addBackups(add: Add, backups: KeptBackup[]): void {
  const labels = { database: backups[0]!.database, kind: backups[0]!.kind };
  const whole = backups.filter(({ damage }) => damage === undefined);
  add("backup_kept", whole.length, labels);
  add("backup_damaged", backups.length - whole.length, labels);
  // By the moment of the data: two backups that overlap may end in either order.
  const sorted = whole.sort((a, b) => a.snapshotAt.getTime() - b.snapshotAt.getTime());
  const [oldest] = sorted;
  const newest = sorted.at(-1);
  if (!oldest || !newest) return;
  add("backup_oldest_snapshot_timestamp_seconds", seconds(oldest.snapshotAt), labels);
  add("backup_last_success_timestamp_seconds", seconds(newest.verifiedAt), labels);
  add("backup_snapshot_timestamp_seconds", seconds(newest.snapshotAt), labels);
  add("backup_size_bytes", newest.bytes, labels);
}

/** The kinds of drill that have times and figures of their own: an older backup is only looked at. */
const figuredDrills = [DrilledBackup.newest, DrilledBackup.moment] as const;

function addDrills(add: Add, drills: Evidence[]): void {
  const sorted = drills.sort((a, b) => Date.parse(a.finishedAt) - Date.parse(b.finishedAt));
  const { database, run: lastRun, finishedAt } = sorted.at(-1)!;
  add("restore_drill_last_timestamp_seconds", Date.parse(finishedAt) / 1000, { database });
  const lastOfMoment = sorted.findLast(({ drilled }) => drilled === DrilledBackup.moment);
  // Of the last run alone: what an earlier one found of an older backup may be mended or gone. Of a moment only the next one tells.
  for (const { backup, checks, drilled } of sorted.filter((one) => one === lastOfMoment || (one.run === lastRun && one.drilled !== DrilledBackup.moment))) {
    for (const [check, right] of Object.entries(checks)) add("restore_drill_result", right ? 1 : 0, { database, check, drilled, backup });
  }
  for (const drilled of figuredDrills) addFigures(add, sorted, { database, drilled });
}

function addFigures(add: Add, sorted: Evidence[], labels: { database: string; drilled: DrilledBackup }): void {
  const ofKind = sorted.filter(({ drilled }) => drilled === labels.drilled);
  const success = ofKind.findLast(({ good }) => good);
  if (success) add("restore_drill_last_success_timestamp_seconds", Date.parse(success.finishedAt) / 1000, labels);
  const last = ofKind.at(-1);
  if (!last) return;
  // A restore that failed was ended early: its times would look better than any.
  const timed = last.checks.restore === false ? success : last;
  for (const [phase, taken] of Object.entries(timed?.seconds ?? {})) add("restore_drill_duration_seconds", taken, { ...labels, phase });
  for (const { table, restored } of last.tables) add("restore_drill_rows", restored, { ...labels, table });
  if (last.recoveryPointSeconds !== undefined) add("restore_drill_rpo_seconds", last.recoveryPointSeconds, labels);
}

const seconds = (time: Date) => time.getTime() / 1000;

function line(name: string, { labels, value }: Sample): string {
  const text = Object.entries(labels).map(([key, label]) => `${key}="${label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`);
  return `${name}${text.length > 0 ? `{${text.join(",")}}` : ""} ${value}\n`;
}
