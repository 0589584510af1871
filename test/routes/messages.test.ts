import { describe, expect, test } from "vitest";
import { email, headline, pagerDutyEvent, slackMessage, summaryLine } from "../../infra/components/alert-routes/messages.ts";
import { amtoolMissing, render } from "./amtool.ts";

interface Given {
  status?: "firing" | "resolved";
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  count?: number;
}

/** What Alertmanager hands to its templates. */
function group({ status = "firing", annotations = {}, labels = {}, count = 1 }: Given) {
  const common = { alertname: "PostgresDown", namespace: "shop", service: "links", severity: "critical", ...labels };
  const all = { summary: "Postgres of links does not answer.", description: "Lag is 3 s, threshold > 1 s & rising.", ...annotations };
  const alerts = Array.from({ length: count }, (_, index) => ({
    status,
    labels: { ...common, pod: `pod-${index}` },
    annotations: all,
    startsAt: "2026-03-02T03:04:05+01:00",
    endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : "2026-03-02T04:00:00+01:00",
    generatorURL: "https://prometheus.example.org/graph",
  }));
  const externalURL = "https://alertmanager.example.org";
  return { receiver: "all", status, alerts, groupLabels: {}, commonLabels: common, commonAnnotations: all, externalURL };
}

const links = { runbook_url: "https://runbooks.example.org/PostgresDown.md", dashboard_url: "https://grafana.example.org/d/shop" };

describe.skipIf(amtoolMissing)("as Alertmanager fills them in", () => {
  test.each<[string, Given, string]>([
    ["a page", {}, "PAGE PostgresDown: links in shop"],
    ["several", { count: 3 }, "PAGE PostgresDown: links in shop (3 firing)"],
    ["a ticket", { labels: { severity: "warning" } }, "Ticket PostgresDown: links in shop"],
    ["what nobody rated", { labels: { severity: "" } }, "Alert PostgresDown: links in shop"],
    ["an alert of no service", { labels: { service: "" } }, "PAGE PostgresDown: no service in shop"],
    ["the end", { status: "resolved", count: 3 }, "RESOLVED PostgresDown: links in shop"],
  ])("the headline of %s", (_, given, expected) => expect(render(headline, group(given))).toBe(expected));

  test("a text has the words of the alert, its time in UTC, its place and the links that there are", () => {
    expect(render(email.text, group({ annotations: links }))).toBe(
      [
        "Postgres of links does not answer.",
        "Lag is 3 s, threshold > 1 s & rising.",
        "Since Mon 2 Mar 02:04 UTC, pod pod-0",
        "Query: https://prometheus.example.org/graph",
        "",
        `Runbook: ${links.runbook_url}`,
        `Dashboard: ${links.dashboard_url}`,
        "Silence: https://alertmanager.example.org/#/silences/new?filter=%7Balertname%3D%22PostgresDown%22%2Cservice%3D%22links%22%2Cnamespace%3D%22shop%22%7D",
      ].join("\n"),
    );
    const bare = render(email.text, group({}));
    expect(bare).not.toContain("Runbook");
    expect(bare).not.toContain("Dashboard");
  });

  test("the end says when it was, and offers no silence", () => {
    const text = render(email.text, group({ status: "resolved" }));
    expect(text).toContain("Resolved Mon 2 Mar 03:00 UTC, began Mon 2 Mar 02:04 UTC");
    expect(text).not.toContain("Silence");
  });

  test("of many the first ten are told, and how many there are", () => {
    const text = render(slackMessage.text, group({ count: 37 }));
    expect(text.match(/Postgres of links/g)).toHaveLength(10);
    expect(text).toContain("The first 10 of 37.");
    expect(render(slackMessage.text, group({ count: 10 }))).not.toContain("The first");
  });

  test("signs that Slack and HTML take for their own are written as text", () => {
    expect(render(slackMessage.text, group({}))).toContain("threshold &gt; 1 s &amp; rising.");
    expect(render(email.html, group({}), "html")).toContain("threshold &gt; 1 s &amp; rising.");
  });

  test("an alert of others, without a summary, is told by its name", () => {
    const nameless = group({ annotations: { summary: "", description: "" } });
    expect(render(summaryLine, nameless)).toBe("PostgresDown");
    expect(render(email.text, nameless)).toMatch(/^PostgresDown\nSince /);
  });

  test.each([
    ["critical", "critical", "danger"],
    ["warning", "warning", "warning"],
    ["info", "info", "warning"],
    ["", "error", "warning"],
  ])("severity %j is %s to PagerDuty and %s in Slack", (severity, urgency, color) => {
    expect(render(pagerDutyEvent.severity, group({ labels: { severity } }))).toBe(urgency);
    expect(render(slackMessage.color, group({ labels: { severity } }))).toBe(color);
  });

  test("a title leads to the runbook, or where there is none to Alertmanager", () => {
    expect(render(slackMessage.titleLink, group({ annotations: links }))).toBe(links.runbook_url);
    expect(render(slackMessage.titleLink, group({}))).toBe("https://alertmanager.example.org");
  });
});
