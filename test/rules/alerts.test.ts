import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bothObjectives, causeRules, context } from "./subject.ts";

const alerts = [...bothObjectives.groups, ...causeRules().groups].flatMap((group) => group.rules).filter((rule) => "alert" in rule);
const folder = join(import.meta.dirname, "../../docs/runbooks");
const pages = readdirSync(folder).filter((file) => file !== "README.md");

describe.each(alerts.map((alert) => [`${alert.alert} ${alert.labels.severity}`, alert] as const))("%s", (_, alert) => {
  test("carries its namespace, or a route of that namespace would not see it", () => {
    expect(alert.labels).toMatchObject({ namespace: context.namespace, service: context.service });
  });
  test("says how soon somebody must look", () => {
    expect(["critical", "warning", "info"]).toContain(alert.labels.severity);
    expect(alert.alert).toMatch(/^([A-Z][a-z]+)+$/);
  });
  test("says in words what is wrong and where", () => {
    const { summary, description, dashboard_url } = alert.annotations;
    expect(summary).toContain(context.namespace);
    expect(`${summary}${description}`).not.toMatch(/undefined|NaN|\[object/);
    expect(description!.length).toBeGreaterThan(60);
    expect(dashboard_url).toBe(context.dashboardUrl);
  });
  test("has a page that says what to do", () => {
    expect(alert.annotations.runbook_url).toBe(`${context.runbookBaseUrl}/${alert.alert}.md`);
    expect(pages).toContain(`${alert.alert}.md`);
  });
});

test("a description with a threshold in its expression shows a number", () => {
  const compared = alerts.filter((alert) => /[<>]=? [\d.]+( \* [\d.]+)?$/.test(alert.expr) && !/> 0$/.test(alert.expr));
  expect(compared.length).toBeGreaterThan(8);
  expect(compared.filter((alert) => !/\d/.test(alert.annotations.description!)).map((alert) => alert.alert)).toEqual([]);
});

describe.each(pages)("%s", (page) => {
  const text = readFileSync(join(folder, page), "utf8");
  test("is about an alert that exists", () => {
    expect(alerts.map((alert) => `${alert.alert}.md`)).toContain(page);
    expect(text.startsWith(`# ${page.replace(".md", "")}\n`)).toBe(true);
  });
  test("has every part", () => {
    const parts = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(parts).toEqual(["What it means", "Who is hurt", "Look first", "Mend", "Prevent"]);
  });
});

test("only symptoms and what no objective can see page", () => {
  const paging = new Set(alerts.filter((alert) => alert.labels.severity === "critical").map((alert) => alert.alert));
  expect([...paging].sort()).toEqual([
    "AppAvailabilityBudgetBurnFast",
    "AppLatencyBudgetBurnFast",
    "AppMetricsAbsent",
    "AppNoTraffic",
    "CertificateExpiringSoon",
    "PostgresDown",
  ]);
});
