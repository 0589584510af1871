import { cases, exporter, proofs } from "./case.ts";

const drill = (metric: string, labels: Record<string, string> = {}) => exporter("backup-exporter", metric, labels);
const up = { [drill("up")]: "1x720" };
const result = (check: string, values: string) => ({ [drill("restore_drill_result", { check })]: values });
const phases = (replay: number, instance = "a", drilled = "newest") =>
  Object.fromEntries(
    Object.entries({ fetch: 600, restore: 1200, replay, verify: 300 }).map(([phase, seconds]) => [
      drill("restore_drill_duration_seconds", { drilled, phase, instance }),
      `${seconds}x60`,
    ]),
  );
/** The sum of the longest would be 4,800 s. */
const longestPhasesDiffer = Object.fromEntries([
  [drill("restore_drill_duration_seconds", { drilled: "newest", phase: "restore" }), "2400x60"],
  [drill("restore_drill_duration_seconds", { drilled: "newest", phase: "fetch" }), "600x60"],
  [drill("restore_drill_duration_seconds", { drilled: "moment", phase: "replay" }), "2400x60"],
  [drill("restore_drill_duration_seconds", { drilled: "moment", phase: "fetch" }), "600x60"],
]);
const hour = 3600;

/** Time starts at 0, so a success 200 hours before is at -720000. */
const succeeded = (hoursAgo: number, drilled = "newest") => ({
  [drill("restore_drill_last_success_timestamp_seconds", { drilled })]: `${-hoursAgo * hour}x720`,
});

export const restoreDrillCases = [
  ...cases(
    "RestoreDrillTooOld",
    [
      { situation: "the last good one was 210 hours ago", fires: true, series: { ...up, ...succeeded(208), ...succeeded(2, "moment") } },
      { situation: "the last good one was 160 hours ago", fires: false, series: { ...up, ...succeeded(158), ...succeeded(158, "moment") } },
      { situation: "the last good moment was 260 hours ago", fires: true, series: { ...up, ...succeeded(2), ...succeeded(258, "moment") } },
      { situation: "the last good moment was 210 hours ago", fires: false, series: { ...up, ...succeeded(2), ...succeeded(208, "moment") } },
      { situation: "it became too old half an hour ago", fires: false, series: { ...up, ...succeeded(190.5), ...succeeded(2, "moment") } },
      { situation: "the exporter is gone, which another alert reports", fires: false, series: {}, proves: proofs.absent },
    ],
    { at: "2h" },
  ),
  ...cases("RestoreDrillFailed", [
    { situation: "row counts are not right", fires: true, series: { ...result("rows", "0x60"), ...result("checksums", "1x60") } },
    {
      situation: "a moment could not be gone back to",
      fires: true,
      series: { [drill("restore_drill_result", { check: "restore", drilled: "moment" })]: "0x60" },
    },
    { situation: "all is right", fires: false, series: { ...result("rows", "1x60"), ...result("checksums", "1x60") } },
    { situation: "a check is written before it is done", fires: false, at: "4m", series: result("rows", "1x3 0 1x60") },
    { situation: "there was no drill", fires: false, series: up, proves: proofs.absent },
  ]),
  ...cases("RestoreRtoAboveTarget", [
    { situation: "4,000 s in all", fires: true, series: phases(1900) },
    { situation: "3,000 s in all", fires: false, series: phases(900) },
    { situation: "4,000 s back to a moment, 3,000 s from a dump", fires: true, series: { ...phases(900), ...phases(1900, "a", "moment") } },
    { situation: "3,000 s for each of a dump and a moment, whose longest phases differ", fires: false, series: longestPhasesDiffer },
    { situation: "3,000 s, reported by two exporters while one rolls", fires: false, series: { ...phases(900, "a"), ...phases(900, "b") } },
    {
      situation: "phases of two drills are there for a moment",
      fires: false,
      at: "4m",
      series: { [drill("restore_drill_duration_seconds", { phase: "restore" })]: "900x3 9000 900x60" },
    },
    { situation: "there was no drill", fires: false, series: up, proves: proofs.absent },
  ]),
  ...cases("RestoreRpoAboveTarget", [
    { situation: "the newest row was 30 hours old", fires: true, series: { [drill("restore_drill_rpo_seconds")]: `${30 * hour}x60` } },
    {
      situation: "30 hours of writes before a moment were not archived",
      fires: true,
      series: {
        [drill("restore_drill_rpo_seconds", { drilled: "moment" })]: `${30 * hour}x60`,
        [drill("restore_drill_rpo_seconds", { drilled: "newest" })]: "0x60",
      },
    },
    { situation: "the newest row was 24 hours old", fires: false, series: { [drill("restore_drill_rpo_seconds")]: `${24 * hour}x60` } },
    { situation: "measured while it still restores", fires: false, at: "4m", series: { [drill("restore_drill_rpo_seconds")]: `300x3 ${90 * hour} 300x60` } },
    { situation: "there was no drill", fires: false, series: up, proves: proofs.absent },
  ]),
];
