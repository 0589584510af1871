import { expect, it } from "vitest";
import { newSpanId, newTraceId } from "./ids.ts";

it("makes ids of the right form that never repeat, also where the stock of random bytes is renewed", () => {
  const traces = Array.from({ length: 5_000 }, newTraceId);
  const spans = Array.from({ length: 5_000 }, newSpanId);
  expect(new Set(traces).size).toBe(traces.length);
  expect(new Set(spans).size).toBe(spans.length);
  expect(traces.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([]);
  expect(spans.filter((id) => !/^[0-9a-f]{16}$/.test(id))).toEqual([]);
});
