import { expect, test } from "vitest";
import { damageFindings } from "./backups.ts";
import { type DrillFigures, judgeDrills } from "./drills.ts";
import { type BackupFigures, judgeBackups } from "./judge-backups.ts";

const now = 1_800_000_000;
const hour = 3600;
const context = { namespace: "links-prod", stack: "prod", kind: "dump", limitSeconds: 26 * hour, now };
const job: BackupFigures["job"] = { made: now - 90 * 24 * hour, succeeded: now - hour, suspended: false };
const backups = (of: BackupFigures) => judgeBackups("postgres-backup", of.job, of.bucket, context);

test("the bucket decides, and not what the job says of itself", () => {
  expect(backups({ job, bucket: { newest: now - 30 * hour } })).toMatchObject([
    {
      status: "bad",
      says: "The newest verified backup of kind dump is 30 h old; the schedule allows 26 h.",
      mend: expect.stringMatching(/create job dump-now --from=cronjob\/postgres-backup/),
    },
  ]);
  expect(backups({ job: { ...job!, succeeded: undefined }, bucket: { newest: now - hour, size: 3 * 2 ** 30 } })).toMatchObject([
    { status: "good", says: expect.stringMatching(/in the bucket is 60 min old, 3 GiB/) },
  ]);
});

test("without anybody who reads the bucket, a good job is worth a look, and an old one red", () => {
  expect(backups({ job })).toMatchObject([{ status: "warning", says: expect.stringMatching(/by its own word/) }]);
  expect(backups({ job: { ...job!, succeeded: now - 27 * hour } })).toMatchObject([{ status: "bad" }]);
});

test("none yet is a warning until the first is overdue", () => {
  expect(backups({ job: { ...job!, made: now - hour, succeeded: undefined } })).toMatchObject([{ status: "warning" }]);
  expect(backups({ job: { ...job!, succeeded: undefined } })).toMatchObject([
    { status: "bad", says: expect.stringMatching(/no backup of kind dump yet, though postgres-backup is 90 days old/) },
  ]);
});

test("damage in the bucket is red, by kind", () => {
  const sample = (kind: string, value: number) => ({ labels: { kind }, value });
  expect(damageFindings([sample("dump", 1), sample("base", 0)], 2)).toMatchObject([
    { status: "bad", says: expect.stringMatching(/^1 backup of kind dump in the bucket can't be restored/) },
    { status: "warning", says: expect.stringMatching(/^2 manifests/) },
  ]);
  expect(damageFindings([sample("dump", 0)], 0)).toMatchObject([{ status: "good" }]);
});

test("a bucket that is empty is no bucket that nobody reads", () => {
  expect(backups({ job, bucket: {} })).toMatchObject([{ status: "bad", says: expect.stringMatching(/no backup of kind dump yet/) }]);
});

test("no CronJob, one that is suspended, and a backup of tomorrow are red", () => {
  expect(backups({})).toMatchObject([{ status: "bad" }]);
  expect(backups({ job: { ...job!, suspended: true }, bucket: { newest: now - hour } }).map(({ status }) => status)).toEqual(["bad", "good"]);
  expect(backups({ job, bucket: { newest: now + hour } })).toMatchObject([
    { status: "bad", says: expect.stringMatching(/60 min in the future: a clock is wrong/) },
  ]);
});

const results = ["amcheck", "row-counts"].map((check) => ({ labels: { check }, value: 1 }));
const good: DrillFigures = {
  succeeded: now - 24 * hour,
  results,
  point: 300,
  phases: [
    { labels: { phase: "fetch" }, value: 20 },
    { labels: { phase: "restore" }, value: 70 },
  ],
};
const drills = (of: Partial<DrillFigures>, objectives = {}) =>
  judgeDrills({ ...good, ...of }, { name: "restore-drill", namespace: "links-prod-drill", made: now - 90 * 24 * hour, limitHours: 192, now, ...objectives });

test("a good drill tells what it took and lost", () => {
  expect(drills({})).toMatchObject([{ status: "good", says: "The last good drill was 24 h ago: 2 checks, took 90 s, lost 5 min." }]);
});

test("a drill that failed, is overdue, or never was, is red", () => {
  expect(drills({ results: [{ labels: { check: "amcheck" }, value: 0 }, results[1]!] })).toMatchObject([
    { status: "bad", says: expect.stringMatching(/failed in amcheck/) },
  ]);
  expect(drills({ succeeded: now - 200 * hour })).toMatchObject([{ status: "bad", says: expect.stringMatching(/8 days ago/) }]);
  expect(drills({ succeeded: undefined, results: [] })).toMatchObject([{ status: "bad", says: expect.stringMatching(/ever restored by a drill/) }]);
  expect(drills({ succeeded: undefined, results: [] }, { made: now - hour })).toMatchObject([
    { status: "warning", says: expect.stringMatching(/first is due/) },
  ]);
});

test("objectives that are missed are told by phase and figure", () => {
  expect(drills({}, { recoveryTimeSeconds: 60, recoveryPointSeconds: 60 })).toMatchObject([
    { status: "warning", says: "A restore takes 90 s (fetch 20 s, restore 70 s); the objective is 60 s." },
    { status: "warning", says: "A restore loses 5 min; the objective is 60 s." },
  ]);
});
