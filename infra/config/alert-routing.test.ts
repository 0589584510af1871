import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { alertRouteProblems } from "../components/alert-routes/problems.ts";
import { alertRoutesArgs } from "./alert-routing.ts";
import { loadStackConfig } from "./load.ts";
import type { ConfigError } from "./messages.ts";
import type { AlertRoutesSection } from "./sections/alert-routes.ts";

const secret = "https://hooks.example.org/very-secret";
const routes: AlertRoutesSection = {
  receivers: [
    { name: "oncall", pagerDuty: { routingKey: { secret: "PAGERDUTY_KEY" } } },
    { name: "channel", slack: { url: { secret: "SLACK_URL" } } },
    { name: "beat", webhook: { url: { secretName: "heartbeat", key: "url" } } },
  ],
  routes: [
    { severities: ["critical"], receivers: ["oncall"] },
    { severities: ["warning"], receivers: ["channel"] },
  ],
  heartbeat: { receiver: "beat" },
  configLabels: {},
};
const secrets = { alerts: { PAGERDUTY_KEY: "0123456789abcdef0123456789abcdef", SLACK_URL: secret } };

function load(change: (given: { routes: typeof routes; secrets: { alerts: Record<string, string> } }) => void = () => {}, secretKeys = ["secrets"]) {
  const given = structuredClone({ routes, secrets });
  change(given);
  const { config } = parse(readFileSync(join(import.meta.dirname, "..", "..", "Pulumi.dev.yaml"), "utf8")) as { config: Record<string, unknown> };
  const raw = Object.fromEntries(Object.entries(config).flatMap(([key, value]) => (key.startsWith("slipway:") ? [[key.slice(8), value]] : [])));
  return loadStackConfig(
    { ...raw, alerts: { routes: given.routes }, secrets: given.secrets },
    { stack: "dev", project: "slipway", isSecret: (key) => secretKeys.includes(key) },
  );
}

function problemsOf(...args: Parameters<typeof load>): readonly string[] {
  try {
    load(...args);
  } catch (error) {
    return (error as ConfigError).problems;
  }
  return [];
}

test("what it takes, the component takes, with every secret secret", async () => {
  const { alerts, alertSecrets } = load();
  const args = { namespace: "shop", ...alertRoutesArgs(alerts.routes!, alertSecrets) };
  expect(alertRouteProblems(args)).toEqual([]);
  const value = args.receivers[1]!.slack!.url.value;
  expect(await pulumi.isSecret(value as pulumi.Output<string>)).toBe(true);
  expect(args.receivers[2]!.webhook!.url).toEqual({ secretName: "heartbeat", key: "url" });
});

describe("a mistake is told with its path and the mend, and no secret is", () => {
  test.each<[string, Parameters<typeof load>[0], string]>([
    [
      "a secret that is not there",
      (given) => delete given.secrets.alerts.SLACK_URL,
      "slipway:alerts.routes.receivers[1].slack.url.secret: SLACK_URL is not in slipway:secrets.alerts; set it with: pulumi config set --secret --path 'slipway:secrets.alerts.SLACK_URL' <value>.",
    ],
    [
      "a secret of a similar name",
      (given) => {
        given.routes.receivers[1]!.slack!.url.secret = "SLACK_URI";
        given.routes.receivers[2]!.webhook!.url = { secret: "SLACK_URL" };
      },
      "SLACK_URI is not in slipway:secrets.alerts; did you mean SLACK_URL, or set it with:",
    ],
    [
      "a secret that nobody names",
      (given) => {
        given.secrets.alerts.SLAK = secret;
      },
      "slipway:alerts: has a secret in slipway:secrets.alerts.SLAK that no receiver names; name it, or remove it.",
    ],
    [
      "a receiver without its secret",
      (given) => {
        given.routes.receivers[2]!.webhook!.url = {};
      },
      "slipway:alerts.routes.receivers[2].webhook.url: is empty; name its value in slipway:secrets.alerts as secret, or give secretName and key of a Secret that exists.",
    ],
    [
      "a secret that is no address",
      (given) => {
        given.secrets.alerts.SLACK_URL = "very-secret";
      },
      "slipway:alerts.routes.receivers[1].slack.url.secret: SLACK_URL is no address; write it as https://host/path.",
    ],
    [
      "a route to nobody",
      (given) => {
        given.routes.routes[0]!.receivers = ["on-call"];
      },
      "slipway:alerts.routes.routes[0].receivers[0]: on-call is no receiver; did you mean oncall.",
    ],
    [
      "a zone that nobody lives in",
      (given) => {
        given.routes.quietHours = { timeZone: "Europe/Berlln" };
      },
      "slipway:alerts.routes.quietHours.timeZone: Europe/Berlln is no time zone; did you mean Europe/Berlin.",
    ],
    [
      "quiet hours for pages",
      (given) => {
        given.routes.quietHours = { timeZone: "UTC", severities: ["critical"] };
      },
      "slipway:alerts.routes.quietHours.severities: cover pages",
    ],
    [
      "an unknown key",
      (given) => {
        Object.assign(given.routes.receivers[0]!, { pagerduty: {} });
      },
      "slipway:alerts.routes.receivers[0].pagerduty: nobody reads this key; did you mean pagerDuty?",
    ],
    [
      "mail to somebody who has none",
      (given) => {
        Object.assign(given.routes.receivers[0]!, { pagerDuty: undefined, email: { to: ["nobody"], from: "a@example.org", smarthost: "smtp:25" } });
      },
      'slipway:alerts.routes.receivers[0].email.to[0]: found "nobody"; write a mail address',
    ],
  ])("%s", (_, change, message) => {
    const problems = problemsOf(change);
    expect(problems.join("\n")).toContain(message);
    expect(problems.join("\n")).not.toContain("very-secret");
  });

  test("secrets in plain text", () => {
    const [problem, ...more] = problemsOf(() => {}, []);
    expect(more).toEqual([]);
    expect(problem).toContain("slipway:secrets: is not encrypted");
  });
});
