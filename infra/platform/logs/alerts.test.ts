import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AlertingRule } from "../../components/prometheus/rule.ts";
import { logRules } from "./alerts.ts";
import { logsSpec } from "./spec.ts";

const spec = logsSpec({ retentionDays: 7, storage: "1Gi", runbookBaseUrl: "https://wiki.example.org/runbooks" });
const rules = logRules(spec).groups.flatMap((group) => group.rules) as AlertingRule[];
const folder = join(import.meta.dirname, "../../../docs/runbooks");

describe.each(rules.map((rule) => [rule.alert, rule] as const))("%s", (name, rule) => {
  test("is told to the namespace that its lines are of: the expression keeps what the labels are made from", () => {
    expect(rule.labels).toMatchObject({ namespace: "{{ $labels.k8s_namespace_name }}", service: "{{ $labels.service_name }}" });
    expect(rule.expr).toMatch(/^sum by \(k8s_namespace_name, service_name(, \w+)?\) \(/);
  });
  test("reads labels of streams before anything else, and not Loki's own lines", () => {
    expect(rule.expr).toContain('{service_name=~".+", k8s_namespace_name!="logs"} |');
  });
  test("survives a line that is no JSON", () => {
    if (rule.expr.includes("| json")) expect(rule.expr).toContain("| drop __error__, __error_details__");
  });
  test("leads to a page with every part", () => {
    expect(rule.annotations.runbook_url).toBe(`https://wiki.example.org/runbooks/${name}.md`);
    const page = readFileSync(join(folder, `${name}.md`), "utf8");
    expect(page.startsWith(`# ${name}\n`)).toBe(true);
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, part]) => part)).toEqual(["What it means", "Who is hurt", "Look first", "Mend", "Prevent"]);
  });
});

test("no page is about an alert that is gone", () => {
  const pages = readdirSync(folder).filter((file) => file.startsWith("Log"));
  expect(pages.sort()).toEqual(rules.map((rule) => `${rule.alert}.md`).sort());
});
