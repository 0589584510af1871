import { expect, test } from "vitest";
import type { Alert } from "../prometheus.ts";
import { judge } from "./alerts.ts";

const alert = (alertname: string, more: Partial<Alert> = {}, severity = "warning"): Alert => ({
  state: "firing",
  activeAt: "2026-03-01T03:17:04.123Z",
  labels: { alertname, namespace: "links-prod", severity },
  annotations: { summary: `${alertname} of links`, runbook_url: `https://example.org/${alertname}.md` },
  ...more,
});
const watchdog = alert("Watchdog", {}, "none");

test("nothing but the Watchdog is good", () => {
  const pending = alert("BackupTooOld", { state: "pending" });
  const another = alert("PostgresDown", { labels: { alertname: "PostgresDown", namespace: "other", severity: "critical" } });
  expect(judge([watchdog, pending, another], "links-prod")).toMatchObject([{ status: "good" }]);
});

test("a critical alert is red, another one to look at, each with its runbook", () => {
  expect(judge([watchdog, alert("PostgresDown", {}, "critical"), alert("BackupTooOld")], "links-prod")).toEqual([
    { status: "bad", says: "PostgresDown fires since 2026-03-01T03:17:04Z: PostgresDown of links", mend: "https://example.org/PostgresDown.md" },
    { status: "warning", says: expect.stringMatching(/^BackupTooOld/), mend: expect.any(String) },
  ]);
});

test("silence without the Watchdog is red: nobody evaluates the rules", () => {
  expect(judge([], "links-prod")).toMatchObject([{ status: "bad", says: expect.stringMatching(/no Watchdog of links-prod/) }]);
});
