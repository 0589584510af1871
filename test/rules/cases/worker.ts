import { app, cases, proofs, worker } from "./case.ts";

const up = { [worker("up")]: "1x60" };
const jobs = (outcome: string, queue = "hits", instance = "a") => worker("queue_jobs_total", { queue, outcome, instance });
const dead = (values: string, instance: string) => ({ [worker("queue_jobs", { queue: "dead-letters", state: "waiting", instance })]: values });
const oldest = (values: string, queue = "hits", instance = "a") => ({ [worker("queue_oldest_waiting_seconds", { queue, instance })]: values });

export const workerCases = [
  ...cases(
    "AppWorkerDown",
    [
      { situation: "its only pod answers no scrape", fires: true, series: { [worker("up")]: "1x5 0x30" } },
      { situation: "nothing is scraped", fires: true, series: {}, proves: proofs.absent },
      { situation: "only the service has pods", fires: true, series: { [app("up")]: "1x30" } },
      { situation: "one of two answers", fires: false, series: { [worker("up", { instance: "a" })]: "0x30", [worker("up", { instance: "b" })]: "1x30" } },
      { situation: "it restarts for three minutes", fires: false, at: "8m", series: { [worker("up")]: "1x5 0x2 1x30" } },
    ],
    { at: "15m" },
  ),
  ...cases(
    "AppQueueJobsFailing",
    [
      { situation: "1.2 % fail", fires: true, series: { ...up, [jobs("completed")]: "0+988x60", [jobs("failed")]: "0+12x60" } },
      { situation: "the day's only job fails, and with it begins its count", fires: true, at: "24m", series: { ...up, ...bornAt(20, "1") } },
      { situation: "one queue of two fails", fires: true, series: { ...up, [jobs("completed")]: "0+100x60", [jobs("failed", "mail")]: "0+2x60" } },
      { situation: "0.8 % fail", fires: false, series: { ...up, [jobs("completed")]: "0+992x60", [jobs("failed")]: "0+8x60" } },
      {
        situation: "every job is retried once and then succeeds",
        fires: false,
        series: { ...up, [jobs("completed")]: "0+10x60", [jobs("retried")]: "0+10x60" },
      },
      { situation: "one failed an hour ago", fires: false, at: "59m", series: { ...up, [jobs("completed")]: "0+10x60", [jobs("failed")]: "0 1x60" } },
      {
        situation: "it failed in one scrape, of which the next knows nothing",
        fires: false,
        at: "20m",
        series: { ...up, [jobs("completed")]: "0+0x60", [jobs("failed")]: "0x19 1x0 stale" },
      },
      {
        situation: "the worker restarts, and its counts begin at 0",
        fires: false,
        series: { ...up, [jobs("completed")]: "500+100x20 0+100x40", [jobs("failed")]: "40x20 0x40" },
        proves: proofs.reset,
      },
      { situation: "no job was ever done", fires: false, series: up, proves: proofs.absent },
    ],
    { at: "30m" },
  ),
  ...cases("AppQueueWaitTooLong", [
    { situation: "the oldest of one queue waits for six minutes", fires: true, series: { ...oldest("360x20"), ...oldest("0x20", "mail") } },
    { situation: "two workers report the same queue", fires: true, series: { ...oldest("360x20", "hits", "a"), ...oldest("360x20", "hits", "b") } },
    { situation: "a job that was given up waits for a person, which another alert reports", fires: false, series: oldest("9000x20", "dead-letters") },
    { situation: "the oldest waits for four minutes", fires: false, series: oldest("240x20") },
    { situation: "a burst is worked off within four minutes", fires: false, at: "8m", series: oldest("0x4 400x3 0x20") },
    { situation: "the worker is gone, which another alert reports", fires: false, series: { [app("up")]: "1x20" }, proves: proofs.absent },
  ]),
  ...cases("AppQueueDeadLetters", [
    { situation: "one job was given up, and two workers say so", fires: true, series: { ...dead("1x20", "a"), ...dead("1x20", "b") } },
    { situation: "somebody dealt with it within three minutes", fires: false, at: "6m", series: dead("0x4 1x2 0x20", "a") },
    { situation: "none", fires: false, series: dead("0x20", "a") },
    { situation: "jobs wait in another queue", fires: false, series: { [worker("queue_jobs", { queue: "hits", state: "waiting" })]: "5x20" } },
    { situation: "the worker is gone, which another alert reports", fires: false, series: { [app("up")]: "1x20" }, proves: proofs.absent },
  ]),
];

/** A counter that is not there before its first event, of a target that was up all the time. */
function bornAt(minute: number, value: string): Record<string, string> {
  const instance = "10.0.0.2:9090";
  return { [jobs("failed", "hits", instance)]: `_x${minute} ${value}x60` };
}
