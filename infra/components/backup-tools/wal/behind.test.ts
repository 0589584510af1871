import { expect, test } from "vitest";
import { Backlog } from "./behind.ts";

test("the segment that is being written is nothing to be behind with", () => {
  const backlog = new Backlog();
  expect([backlog.since(7, 7, 100), backlog.since(7, 7, 9000)]).toEqual([0, 0]);
});

test("a segment that stays away makes the archive behind since it was whole, however much is written then", () => {
  const backlog = new Backlog();
  backlog.since(7, 7, 100);
  expect([110, 120, 130].map((now, index) => backlog.since(8 + index, 7, now))).toEqual([110, 110, 110]);
});

test("under steady writes, where at each look some segment is underway, it is behind by that one alone", () => {
  const backlog = new Backlog();
  const seen = Array.from({ length: 100 }, (_, look) => 10 * look - backlog.since(7 + 3 * look, 6 + 3 * look, 10 * look));
  expect(Math.max(...seen.slice(1))).toBe(0);
});

test("an archive that gains on the log is behind since a later moment, and then no more", () => {
  const backlog = new Backlog();
  for (const [writing, now] of [
    [7, 100],
    [8, 110],
    [9, 120],
  ] as const)
    backlog.since(writing, 7, now);
  expect([backlog.since(9, 8, 130), backlog.since(9, 9, 140), backlog.since(10, 9, 150)]).toEqual([120, 0, 150]);
});

test("a server that was made anew begins its backlog anew", () => {
  const backlog = new Backlog();
  backlog.since(90, 50, 100);
  expect([backlog.since(1, 1, 200), backlog.since(2, 1, 210)]).toEqual([0, 210]);
});
