import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { unreadSeries } from "../../infra/components/kubernetes/scrape.ts";
import { checkConfig, promtoolMissing } from "./promtool.ts";
import { bothObjectives, causeRules } from "./subject.ts";

const page = readFileSync(new URL("../../docs/monitoring.md", import.meta.url), "utf8");
const pasted = [...page.matchAll(/```yaml\n(scrape_configs:.*?)```/gs)].map((match) => match[1]!);
interface Relabeling {
  source_labels: string[];
  target_label?: string;
  action?: string;
  regex?: string;
}
const jobs = pasted.flatMap(
  (text) => (parse(text) as { scrape_configs: { relabel_configs: Relabeling[]; metric_relabel_configs?: Relabeling[] }[] }).scrape_configs,
);

test.skipIf(promtoolMissing)("what docs/monitoring.md tells to paste is a scrape config", () => {
  expect(pasted).toHaveLength(1);
  // Some builds of promtool, such as Debian's, know no Kubernetes: all but the discovery is checked.
  const elsewhere = pasted[0]!.replaceAll(/kubernetes_sd_configs: \[.*?\]/g, "static_configs: [{ targets: [a] }]");
  expect(checkConfig(elsewhere)).toBe("");
  expect(checkConfig(elsewhere.replace("action: keep", "action: kept"))).toContain('unknown relabel action "kept"');
});

test("it names targets as the rules ask for them, and drops what the operator's monitors drop", () => {
  for (const { relabel_configs } of jobs) {
    expect(relabel_configs.flatMap(({ target_label }) => target_label ?? [])).toEqual(expect.arrayContaining(["job", "namespace", "pod"]));
  }
  expect(jobs[0]!.metric_relabel_configs).toEqual([{ source_labels: ["__name__"], action: "drop", regex: unreadSeries }]);
});

test("no rule reads what is dropped", () => {
  const dropped = new RegExp(`^(${unreadSeries})$`);
  const read = [...bothObjectives.groups, ...causeRules().groups].flatMap(({ rules }) => rules.flatMap(({ expr }) => expr.match(/[a-z_:]\w+(?=\{)/g) ?? []));
  expect(read.length).toBeGreaterThan(30);
  expect(read.filter((metric) => dropped.test(metric))).toEqual([]);
});
