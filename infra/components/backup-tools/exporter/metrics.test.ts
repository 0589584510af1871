import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Evidence } from "../drill/evidence.ts";
import type { BucketState, KeptBackup } from "./bucket-state.ts";
import { MemoryBucket, prefix, storeBackup } from "./memory-bucket.ts";
import { metricNames, metricsText } from "./metrics.ts";
import { type LatestLook, metricsServer } from "./server.ts";
import { Survey } from "./survey.ts";

const now = new Date("2026-11-21T06:00:00Z");
const backup = (change: Partial<KeptBackup> = {}): KeptBackup => ({
  database: "links",
  kind: "dump",
  id: "2026-11-21T03-17-00Z-x7k2p",
  verifiedAt: new Date("2026-11-21T03:20:00Z"),
  snapshotAt: new Date("2026-11-21T03:17:00Z"),
  bytes: 1000,
  ...change,
});
const drill = (change: Partial<Evidence> = {}): Evidence => ({
  format: 1,
  id: "2026-11-21T04-47-00Z-abcde-newest",
  run: "2026-11-21T04-47-00Z-abcde",
  drilled: "newest",
  backup: "2026-11-21T03-17-00Z-x7k2p",
  kind: "dump",
  database: "links",
  startedAt: "2026-11-21T04:47:00Z",
  finishedAt: "2026-11-21T04:48:00Z",
  good: true,
  checks: { restore: true, rows: true },
  problems: [],
  seconds: { fetch: 1, restore: 20, verify: 3.5 },
  recoveryPointSeconds: 5400,
  tables: [{ table: "public.links", expected: 3, restored: 3 }],
  ...change,
});
const state = (change: Partial<BucketState> = {}): BucketState => ({
  at: now,
  seconds: 0.25,
  objects: 3,
  bytes: 1200,
  backups: [],
  logs: [],
  drills: [],
  problems: [],
  ...change,
});
const lines = (change: Partial<BucketState>) =>
  metricsText(state(change), now)
    .split("\n")
    .filter((text) => text !== "" && !text.startsWith("#"));
const about = (change: Partial<BucketState>, name: string) => lines(change).filter((text) => text.startsWith(name));

test("the newest whole backup speaks for its database and kind", () => {
  const older = backup({ bytes: 900, snapshotAt: new Date("2026-11-20T03:17:00Z") });
  const damaged = backup({ bytes: 1, snapshotAt: new Date("2026-11-21T05:00:00Z"), damage: "cut off" });
  const other = backup({ database: "redis-state", kind: "redis", bytes: 7 });
  const backups = [backup(), damaged, older, other];
  expect(about({ backups }, "backup_size_bytes")).toEqual([
    'backup_size_bytes{database="links",kind="dump"} 1000',
    'backup_size_bytes{database="redis-state",kind="redis"} 7',
  ]);
  expect(about({ backups }, "backup_damaged")[0]).toBe('backup_damaged{database="links",kind="dump"} 1');
  expect(about({ backups }, "backup_kept")[0]).toBe('backup_kept{database="links",kind="dump"} 2');
  expect(about({ backups }, "backup_snapshot_timestamp_seconds")[0]).toMatch(/ 1795231020$/);
  expect(about({ backups }, "backup_last_success_timestamp_seconds")[0]).toMatch(/ 1795231200$/);
  expect(about({ backups }, "backup_oldest_snapshot_timestamp_seconds")[0]).toMatch(/ 1795144620$/);
});

test("without a whole backup nothing claims that there is one", () => {
  expect(lines({ backups: [backup({ damage: "cut off" })] }).filter((text) => /success|snapshot|size/.test(text))).toEqual([]);
});

test("a bad drill keeps the last success where it was, and its checks say 0", () => {
  const bad = drill({
    run: "2026-11-22T04-47-00Z-aaaaa",
    finishedAt: "2026-11-22T04:48:00Z",
    good: false,
    checks: { restore: true, rows: false },
    recoveryPointSeconds: 6000,
  });
  const drills = [bad, drill()];
  expect(about({ drills }, "restore_drill_last_success")).toEqual([
    'restore_drill_last_success_timestamp_seconds{database="links",drilled="newest"} 1795236480',
  ]);
  expect(about({ drills }, "restore_drill_last_timestamp")).toEqual(['restore_drill_last_timestamp_seconds{database="links"} 1795322880']);
  expect(about({ drills }, "restore_drill_result").map((text) => text.replace(/,drilled.*}/, "}"))).toEqual([
    'restore_drill_result{database="links",check="restore"} 1',
    'restore_drill_result{database="links",check="rows"} 0',
  ]);
  expect(about({ drills }, "restore_drill_rpo")).toEqual(['restore_drill_rpo_seconds{database="links",drilled="newest"} 6000']);
});

test("times are those of the newest backup's drill, and never of a restore that broke off", () => {
  const ofOlder = drill({ drilled: "older", finishedAt: "2026-11-21T04:50:00Z", seconds: { restore: 99 }, recoveryPointSeconds: 1e6 });
  const broken = drill({ run: "later", finishedAt: "2026-11-22T04:48:00Z", good: false, checks: { restore: false }, seconds: { restore: 0.1 } });
  expect(about({ drills: [drill(), ofOlder] }, "restore_drill_duration_seconds")).toEqual([
    'restore_drill_duration_seconds{database="links",drilled="newest",phase="fetch"} 1',
    'restore_drill_duration_seconds{database="links",drilled="newest",phase="restore"} 20',
    'restore_drill_duration_seconds{database="links",drilled="newest",phase="verify"} 3.5',
  ]);
  expect(about({ drills: [drill(), ofOlder] }, "restore_drill_rpo")).toEqual(['restore_drill_rpo_seconds{database="links",drilled="newest"} 5400']);
  expect(about({ drills: [drill(), broken] }, "restore_drill_duration_seconds")[1]).toMatch(/phase="restore"} 20$/);
});

test("what an earlier run found of an older backup is history", () => {
  const earlier = drill({ drilled: "older", finishedAt: "2026-11-21T04:50:00Z", good: false, checks: { rows: false } });
  const later = drill({ run: "later", finishedAt: "2026-11-22T04:48:00Z" });
  expect(about({ drills: [drill(), earlier] }, "restore_drill_result").filter((text) => text.endsWith(" 0"))).toHaveLength(1);
  expect(about({ drills: [drill(), earlier, later] }, "restore_drill_result").filter((text) => text.endsWith(" 0"))).toEqual([]);
});

const ofMoment = (change: Partial<Evidence> = {}) =>
  drill({
    ...{ drilled: "moment", kind: "base", backup: "2026-11-21T01-41-00Z-basic", moment: "2026-11-21T04:00:00.000Z", finishedAt: "2026-11-21T04:50:00Z" },
    ...{ checks: { restore: true, log: true, moment: true }, seconds: { fetch: 2, replay: 8, verify: 3 }, recoveryPointSeconds: 30 },
    ...{ tables: [{ table: "public.links", expected: 3, restored: 2 }] },
    ...change,
  });

test("a moment has figures of its own beside those of the newest backup", () => {
  const drills = [drill(), ofMoment()];
  expect(lines({ drills }).filter((text) => text.includes('drilled="moment"'))).toEqual([
    'restore_drill_duration_seconds{database="links",drilled="moment",phase="fetch"} 2',
    'restore_drill_duration_seconds{database="links",drilled="moment",phase="replay"} 8',
    'restore_drill_duration_seconds{database="links",drilled="moment",phase="verify"} 3',
    'restore_drill_last_success_timestamp_seconds{database="links",drilled="moment"} 1795236600',
    'restore_drill_result{database="links",check="restore",drilled="moment",backup="2026-11-21T01-41-00Z-basic"} 1',
    'restore_drill_result{database="links",check="log",drilled="moment",backup="2026-11-21T01-41-00Z-basic"} 1',
    'restore_drill_result{database="links",check="moment",drilled="moment",backup="2026-11-21T01-41-00Z-basic"} 1',
    'restore_drill_rows{database="links",drilled="moment",table="public.links"} 2',
    'restore_drill_rpo_seconds{database="links",drilled="moment"} 30',
  ]);
  expect(about({ drills }, "restore_drill_rpo")).toHaveLength(2);
});

test("a moment that could not be gone back to stays wrong until another one could, whatever dumps say meanwhile", () => {
  const bad = ofMoment({ good: false, checks: { restore: false, log: false }, tables: [], recoveryPointSeconds: undefined });
  const later = drill({ run: "2026-11-22T04-47-00Z-later", finishedAt: "2026-11-22T04:48:00Z" });
  const wrong = (drills: Evidence[]) => about({ drills }, "restore_drill_result").filter((text) => text.endsWith(" 0"));
  expect(wrong([drill(), bad, later])).toEqual([expect.stringContaining('check="restore",drilled="moment"'), expect.stringContaining('check="log"')]);
  expect(about({ drills: [drill(), bad] }, "restore_drill_last_success")).toEqual([expect.stringContaining('drilled="newest"')]);
  const mended = ofMoment({ run: later.run, finishedAt: "2026-11-22T04:50:00Z" });
  expect(wrong([drill(), bad, later, mended])).toEqual([]);
});

test("a database's log is as old as its newest piece", () => {
  const logs = [{ database: "links", newest: new Date("2026-11-21T05:58:00Z"), pieces: 4 }];
  expect(about({ logs }, "backup_wal_archived_lag_seconds")).toEqual(['backup_wal_archived_lag_seconds{database="links"} 120']);
});

test("a label holds whatever a name holds", () => {
  const drills = [drill({ tables: [{ table: 'public."odd"\\name', expected: 1, restored: 1 }] })];
  expect(about({ drills }, "restore_drill_rows")).toEqual(['restore_drill_rows{database="links",drilled="newest",table="public.\\"odd\\"\\\\name"} 1']);
});

test("rules and panels are checked against these very names", () => {
  const listed = JSON.parse(readFileSync(join(import.meta.dirname, "../../../../test/rules/exporters/restore-drill.json"), "utf8")) as { metrics: string[] };
  expect(listed.metrics).toEqual([...metricNames].sort());
});

async function served(latest: LatestLook) {
  const server = metricsServer(latest, () => now).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
}

test.each<[string, LatestLook, RegExp]>([
  ["before the first look", {}, /could not be read since its start; the first look is under way/],
  ["when the first look failed", { failure: "can't list" }, /since its start: can't list/],
  [
    "when the last look is too old",
    { state: state({ at: new Date(now.getTime() - 601_000) }), failure: "can't list" },
    /since 2026-11-21T05:49:59.000Z: can't list/,
  ],
])("%s the scrape fails, so that ExporterDown speaks", async (_, latest, message) => {
  const response = await served(latest);
  expect(response.status).toBe(503);
  expect(await response.text()).toMatch(message);
});

test("a look that failed since is no reason to forget the last one", async () => {
  const response = await served({ state: state({ at: new Date(now.getTime() - 300_000) }), failure: "can't list" });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("backup_bucket_objects 3\n")]);
});

test("10,000 objects are one look, and no work for a scrape", async () => {
  const bucket = new MemoryBucket();
  const chunks = Array.from({ length: 499 }, (_, index) => `chunk ${index}`);
  for (let day = 1; day <= 20; day += 1) storeBackup(bucket, `2026-11-${`${day}`.padStart(2, "0")}T03-17-00Z-x7k2p`, {}, chunks);
  const latest = { state: { ...(await new Survey(bucket, prefix).look()), at: now } };
  expect(latest.state.objects).toBe(10_000);
  const text = await (await served(latest)).text();
  expect(text).toContain('backup_kept{database="links",kind="dump"} 20\n');
});
