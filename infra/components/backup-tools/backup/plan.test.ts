import { expect, test } from "vitest";
import { inParallel } from "./in-parallel.ts";
import { planStreams } from "./plan.ts";

const table = (name: string, mebibytes: number) => ({ schema: "public", name, bytes: mebibytes * 2 ** 20, estimate: 1 });

test("large tables come from the largest down, all others in one stream that leaves the large ones out", () => {
  const planned = planStreams([table("small", 1), table("large", 100), table('q"uote', 64), table("largest", 5000)]);
  expect(planned.map(({ name, tables }) => [name, tables])).toEqual([
    ["schema", undefined],
    ["data-001", ["public.largest"]],
    ["data-002", ["public.large"]],
    ["data-003", ['public.q"uote']],
    ["data-rest", undefined],
  ]);
  expect(planned.at(-1)!.options).toEqual([
    "--data-only",
    '--exclude-table-data="public"."largest"',
    '--exclude-table-data="public"."large"',
    '--exclude-table-data="public"."q""uote"',
  ]);
});

test("many tables of middle size are not all left to one stream, small ones are", () => {
  const own = (...sizes: number[]) => planStreams(sizes.map((size, index) => table(`t${index}`, size))).flatMap(({ tables = [] }) => tables);
  expect(own(...Array.from({ length: 16 }, () => 20))).toHaveLength(14);
  expect(own(30, 12, 3, 3)).toEqual(["public.t0", "public.t1"]);
  expect(own(1000, 60, 20, 9)).toEqual(["public.t0"]);
  expect(own(7, 7, 7)).toEqual([]);
});

test("no table is in two streams and none in none, whatever their number", () => {
  const tables = Array.from({ length: 700 }, (_, index) => table(`t${index}`, 64 + index));
  const planned = planStreams(tables);
  const own = planned.flatMap(({ tables = [] }) => tables);
  expect(own).toHaveLength(500);
  expect(planned.at(-1)!.options.length - 1).toBe(own.length);
});

test("after a failure nothing more begins, and it is thrown when what runs has ended", async () => {
  const begun: number[] = [];
  let ended = 0;
  const work = inParallel([1, 2, 3, 4, 5], 2, async (entry) => {
    begun.push(entry);
    if (entry === 1) throw new Error("first");
    await new Promise((resolve) => setTimeout(resolve, 30));
    ended += 1;
  });
  await expect(work).rejects.toThrow("first");
  expect([begun, ended]).toEqual([[1, 2], 1]);
});
