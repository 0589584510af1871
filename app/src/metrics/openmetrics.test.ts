import { describe, expect, it } from "vitest";
import { createMetrics } from "./metrics.ts";
import { formatFor, openMetrics, plainText } from "./openmetrics.ts";

/** Names and labels of all samples, without values. */
const seriesOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => /^\w+(\{[^}]*\})?/.exec(line)![0])
    .sort();

function measured() {
  const metrics = createMetrics("test");
  const labels = { method: "GET", route: "/:slug", status_code: 302 };
  metrics.instruments.requestDuration.observe({ labels, value: 0.004, exemplarLabels: { trace_id: "0af7651916cd43dd8448eb211c80319c" } as object });
  metrics.instruments.requestDuration.observe({ labels, value: 0.2 });
  metrics.instruments.redirects.inc();
  return metrics;
}

describe("formats of metrics", () => {
  it("have the same series, in whatever order they are asked for: rules know one name", async () => {
    const [first, second] = [measured(), measured()];
    const [open, plain] = [await first.text(openMetrics), await first.text(plainText)];
    expect(seriesOf(open)).toContain("links_redirects_total");
    expect(seriesOf(plain)).toEqual(seriesOf(open));
    expect(seriesOf(await second.text(plainText))).toEqual(seriesOf(plain));
    const [again, atOnce] = await Promise.all([second.text(openMetrics), second.text(plainText)]);
    expect(seriesOf(again)).toEqual(seriesOf(atOnce));
  });

  it("show an exemplar where the format has one, and only of a request that has a trace", async () => {
    const metrics = measured();
    const [open, plain] = [await metrics.text(openMetrics), await metrics.text()];
    expect(open.match(/ # \{.*/g)).toEqual([expect.stringMatching(/^ # \{trace_id="0af7651916cd43dd8448eb211c80319c"\} 0\.004 \d+/)]);
    expect(open).toMatch(/le="0.005",.* 1 # /);
    expect(open.endsWith("\n# EOF\n")).toBe(true);
    expect(plain).not.toMatch(/ # \{|EOF/);
  });

  it("follow what the scraper accepts", () => {
    const prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    expect(formatFor(prometheus)).toBe(openMetrics);
    for (const accept of [undefined, "*/*", "text/plain;version=0.0.4"]) expect(formatFor(accept)).toBe(plainText);
  });
});
