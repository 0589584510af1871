import { expect, it } from "vitest";
import { acceptTracestate } from "./tracestate.ts";

it.each(["a=1", "vendor@tenant=x:y;z", "a=1, b=2,,c=3", `k=${"v".repeat(256)}`])("hands on what is valid, unchanged: %s", (header) =>
  expect(acceptTracestate(header)).toBe(header),
);

it.each([
  undefined,
  "",
  "A=1",
  "a",
  "a=b=c",
  "a=1\u0000",
  `a=${"v".repeat(257)}`,
  Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(","),
  `a=1,${"b=2,".repeat(200)}`,
])("drops what is not: %j", (header) => expect(acceptTracestate(header)).toBe(undefined));
