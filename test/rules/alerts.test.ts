import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { alertRules } from "../../infra/components/alerts/rules.ts";
import { alertThresholds } from "../../infra/components/alerts/thresholds.ts";
import { dashboardSubjects } from "../../infra/components/prometheus/alert.ts";
import { hold } from "../../infra/components/prometheus/hold.ts";
import { duration } from "../../infra/components/prometheus/promql.ts";
import { titleOf } from "./coverage.ts";
import { alertsOf, causeRules, context, everyObjective, everything } from "./subject.ts";

const causes = causeRules();
const alerts = [...alertsOf(everyObjective), ...alertsOf(causes)];
const folder = join(import.meta.dirname, "../../docs/runbooks");
// Alerts on log lines are the platform's, and checked there.
const pages = readdirSync(folder).filter((file) => file !== "README.md" && !file.startsWith("Log"));

describe.each(alerts.map((alert) => [titleOf(alert), alert] as const))("%s", (_, alert) => {
  test("carries its namespace, or a route of that namespace would not see it", () => {
    expect(alert.labels).toMatchObject({ namespace: context.namespace, service: context.service });
  });
  test("says how soon somebody must look", () => {
    expect(["critical", "warning", "info"]).toContain(alert.labels.severity);
    expect(alert.alert).toMatch(/^([A-Z][a-z]+)+$/);
  });
  test("leads to a dashboard of its subject", () => {
    expect(Object.values(context.dashboardUrls)).toContain(alert.annotations.dashboard_url);
  });
  test("says in words what is wrong and where", () => {
    const { summary, description } = alert.annotations;
    expect(summary).toContain(context.namespace);
    expect(`${summary}${description}`).not.toMatch(/undefined|NaN|\[object/);
    expect(description!.length).toBeGreaterThan(60);
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

test("without addresses of dashboards an alert has none, and with some only those", () => {
  const urlsOf = (dashboardUrls?: Record<string, string>) =>
    new Set(alertsOf(alertRules({ ...context, dashboardUrls, thresholds: alertThresholds() }, everything)).map((rule) => rule.annotations.dashboard_url));
  expect(urlsOf()).toEqual(new Set([undefined]));
  expect(urlsOf({ redis: "https://grafana.example.org/d/redis" })).toEqual(new Set([undefined, "https://grafana.example.org/d/redis"]));
});

test("every dashboard of which an alert could speak is the subject of one", () => {
  const subjects = new Set(alerts.map((alert) => alert.annotations.dashboard_url!.replace(/^.*-/, "")));
  expect([...subjects].sort()).toEqual([...dashboardSubjects].sort());
});

test("how long an alert waits is a named time", () => {
  const named = new Set([...Object.values(hold), 2 * hold.secondLook].map(duration));
  expect(alertsOf(causes).filter((alert) => alert.for !== undefined && !named.has(alert.for))).toEqual([]);
});

test("with everything watched a service has at most 60 rules beside its objectives", () => {
  expect(causes.groups.flatMap(({ rules }) => rules).length).toBeLessThanOrEqual(60);
});

test("only symptoms and what no objective can see page", () => {
  const paging = new Set(alerts.filter((alert) => alert.labels.severity === "critical").map((alert) => alert.alert));
  expect([...paging].sort()).toEqual([
    "AppAvailabilityBudgetBurnFast",
    "AppLatencyBudgetBurnFast",
    "AppMetricsAbsent",
    "AppNoTraffic",
    "AppObjectiveBudgetBurnFast",
    "CertificateExpiringSoon",
    "PostgresDown",
  ]);
});
