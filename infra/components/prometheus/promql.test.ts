import { describe, expect, test } from "vitest";
import { anyOf, duration, durationText, percent, plain, selector } from "./promql.ts";

describe("a duration", () => {
  test.each([
    [30, "30s", "30 seconds"],
    [300, "5m", "5 minutes"],
    [3600, "1h", "1 hour"],
    [5400, "90m", "90 minutes"],
    [86_400, "1d", "1 day"],
    [30 * 86_400, "30d", "30 days"],
  ])("of %s s is %s", (seconds, written, spoken) => {
    expect(duration(seconds)).toBe(written);
    expect(durationText(seconds)).toBe(spoken);
  });
});

test("numbers lose the tail of a binary fraction", () => {
  expect(plain(0.1 * 3)).toBe("0.3");
  expect(percent(14.4 * 0.001)).toBe("1.44 %");
});

test("a selector compares for equality unless told otherwise, and leaves out what is not given", () => {
  expect(selector({ job: "links", status_code: '=~"5.."', pod: undefined })).toBe('{job="links",status_code=~"5.."}');
});

test("a choice of texts is taken literally", () => {
  expect(anyOf(["a.b", "c"])).toBe('=~"a\\\\.b|c"');
});
