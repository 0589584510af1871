import { expect, test } from "vitest";
import { alertsOf, bothObjectives, causeRules, context, everyObjective } from "../test/rules/subject.ts";
import { everything, read } from "./example.ts";
import { dashboardUrls } from "./index.ts";

const dashboards = read(everything);
const alerts = [...alertsOf(everyObjective), ...alertsOf(bothObjectives), ...alertsOf(causeRules())];

/** Says nothing about the service, and is always on. */
const ofNoPanel = ["Watchdog"];

test("an alert's dashboard is there, and a panel of it leads back to the alert's runbook", () => {
  const urls = dashboardUrls("https://grafana.example.org", everything);
  for (const { alert, annotations } of alerts.filter(({ alert }) => !ofNoPanel.includes(alert))) {
    const subject = Object.keys(context.dashboardUrls).find(
      (key) => context.dashboardUrls[key as keyof typeof context.dashboardUrls] === annotations.dashboard_url,
    )!;
    expect(Object.keys(urls), alert).toContain(subject);
    const { panels } = dashboards.find(({ uid }) => uid === `shop-links-${subject}`)!;
    const linked = panels.flatMap(({ links = [] }) => links.map(({ url }) => url));
    expect(linked, `${alert} on ${subject}`).toContain(`https://runbooks.example.org/${alert}.md`);
  }
});

test("a panel leads to runbooks of alerts that exist", () => {
  const names = new Set(alerts.map(({ alert }) => alert));
  const linked = dashboards.flatMap(({ panels }) => panels.flatMap(({ links = [] }) => links.map(({ title }) => title.replace("Runbook: ", ""))));
  expect(linked.length).toBeGreaterThan(30);
  expect(linked.filter((name) => !names.has(name as never))).toEqual([]);
});
