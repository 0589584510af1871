import { describe, expect, test } from "vitest";
import { everything } from "../../../test/routes/subject.ts";
import type { AlertRoutesArgs } from "./alert-routes.ts";
import { alertRouteSentences } from "./problems.ts";

type Change = (args: AlertRoutesArgs) => void;

function sentences(change: Change): string[] {
  const args = structuredClone(everything);
  change(args);
  return alertRouteSentences(args);
}

test("what is right is taken", () => {
  expect(sentences(() => {})).toEqual([]);
  const slack = { url: { value: "https://hooks.example.org/a" } };
  expect(alertRouteSentences({ namespace: "shop", receivers: [{ name: "channel", slack }], routes: [{ receivers: ["channel"] }] })).toEqual([]);
});

describe("what is wrong is refused with its mend", () => {
  test.each<[string, Change, string]>([
    ["no receiver", (args) => Object.assign(args, { receivers: [], routes: [], heartbeat: undefined }), "receivers names nobody; give at least one"],
    [
      "a receiver without its secret",
      (args) => Object.assign(args.receivers[1]!, { slack: {} }),
      'receivers.1.slack.url is missing: without its secret "channel" gets nothing; give its value, or secretName and key',
    ],
    [
      "an empty secret",
      (args) => Object.assign(args.receivers[0]!.pagerDuty!, { routingKey: {} }),
      "receivers.0.pagerDuty.routingKey is empty; give its value",
    ],
    ["a secret that is an empty text", (args) => Object.assign(args.receivers[0]!.pagerDuty!.routingKey, { value: "" }), "routingKey.value is an empty text"],
    [
      "a secret in two places",
      (args) => Object.assign(args.receivers[4]!.webhook!.url, { value: "https://a.example.org" }),
      "receivers.4.webhook.url has both a value and a place",
    ],
    [
      "half a place",
      (args) => Object.assign(args.receivers[4]!.webhook!.url, { key: undefined }),
      "receivers.4.webhook.url.key is missing; a place is the name of a Secret and a key",
    ],
    ["a Secret of no name", (args) => Object.assign(args.receivers[4]!.webhook!.url, { secretName: "A b" }), 'secretName "A b" can\'t be the name of a Secret'],
    [
      "a secret that is no address",
      (args) => Object.assign(args.receivers[1]!.slack!.url, { value: "hidden" }),
      "receivers.1.slack.url.value is no address; write it as https://host/path",
    ],
    [
      "no way to people",
      (args) => Object.assign(args.receivers[0]!, { pagerDuty: undefined }),
      'receivers.0 ("oncall") has no way to people; give it one of email, slack, pagerDuty and webhook',
    ],
    [
      "two ways to people",
      (args) => Object.assign(args.receivers[0]!, { webhook: { url: { secretName: "a", key: "b" } } }),
      'receivers.0 ("oncall") has pagerDuty and webhook; make one receiver of each',
    ],
    ["a name with capitals", (args) => args.receivers.push({ ...args.receivers[0]!, name: "OnCall" }), 'receivers.5.name "OnCall" is no name'],
    ["a name that is taken", (args) => Object.assign(args.receivers[0]!, { name: "nobody" }), '"nobody" is the receiver of what is told to nobody'],
    ["a name that stands twice", (args) => args.receivers.push(args.receivers[0]!), 'receivers.5.name "oncall" stands twice'],
    ["mail to nobody", (args) => Object.assign(args.receivers[2]!.email!, { to: [] }), "receivers.2.email.to names nobody"],
    ["mail to no address", (args) => Object.assign(args.receivers[2]!.email!, { to: ["team"] }), 'receivers.2.email.to.0 "team" is no mail address'],
    ["two addresses in one", (args) => Object.assign(args.receivers[2]!.email!, { to: ["a@b.org, c@d.org"] }), "is no mail address"],
    [
      "a mail server without a port",
      (args) => Object.assign(args.receivers[2]!.email!, { smarthost: "smtp.example.org" }),
      'smarthost "smtp.example.org" is no server with a port; write it as smtp.example.org:587',
    ],
    [
      "a log-in without a password",
      (args) => Object.assign(args.receivers[2]!.email!, { password: undefined }),
      "receivers.2.email.password is missing, and username is set",
    ],
    [
      "a password without a name",
      (args) => Object.assign(args.receivers[2]!.email!, { username: undefined }),
      "receivers.2.email.username is missing, and password is set",
    ],
    [
      "a log-in in the clear",
      (args) => Object.assign(args.receivers[2]!.email!, { requireTls: false }),
      "requireTls is false, and Alertmanager logs in over TLS only",
    ],
    ["a PagerDuty that is no address", (args) => Object.assign(args.receivers[0]!.pagerDuty!, { url: "events" }), 'pagerDuty.url "events" is no address'],
    ["a channel with a space", (args) => Object.assign(args.receivers[1]!.slack!, { channel: "# links" }), 'channel "# links" is no channel'],
    [
      "a route to an unknown receiver",
      (args) => args.routes[2]!.receivers.push("chanel"),
      'routes.2.receivers.2 "chanel" is no receiver; did you mean channel',
    ],
    [
      "a route to a receiver like no other",
      (args) => args.routes[2]!.receivers.push("zzzzzzz"),
      '"zzzzzzz" is no receiver; name one of oncall, channel, mail, data-team, dead-mans-switch',
    ],
    ["a route to nobody", (args) => Object.assign(args.routes[0]!, { receivers: [] }), "routes.0.receivers names nobody"],
    ["a receiver named twice", (args) => args.routes[2]!.receivers.push("oncall"), 'routes.2.receivers.2 "oncall" stands twice'],
    [
      "a receiver that no route names",
      (args) => args.receivers.push({ name: "spare", webhook: { url: { secretName: "a", key: "b" } } }),
      'receivers.5.name "spare" is named by no route',
    ],
    [
      "a route that an earlier one shadows",
      (args) => args.routes.push({ severities: ["critical"], receivers: ["mail"] }),
      "routes.4 never gets an alert: routes.2 before it takes every one; name its receivers in routes.2, or remove it",
    ],
    [
      "a route shadowed by a wider one",
      (args) => args.routes.push({ labels: { team: "web" }, receivers: ["mail"] }),
      "routes.4 never gets an alert: routes.2 and routes.3 before it take every one; move it before routes.2 or routes.3, or remove it",
    ],
    [
      "a severity that nobody hears of",
      (args) => args.routes.splice(3, 1),
      "routes tell nobody of an alert of severity warning that no label routes; add a route with severities [warning]",
    ],
    [
      "a severity that nobody knows",
      (args) => Object.assign(args.routes[0]!, { severities: ["page"] }),
      'routes.0.severities.0 "page" is no severity; use critical, warning or info',
    ],
    ["no severity", (args) => Object.assign(args.routes[0]!, { severities: [] }), "routes.0.severities is empty"],
    ["a label that can't be", (args) => Object.assign(args.routes[0]!, { labels: { "a-b": "c" } }), "routes.0.labels.a-b can't be a label of an alert"],
    ["a severity among the labels", (args) => Object.assign(args.routes[0]!, { labels: { severity: "critical" } }), "is named by severities; write it there"],
    ["another namespace", (args) => Object.assign(args.routes[0]!, { labels: { namespace: "other" } }), "routes see the alerts of their own namespace only"],
    [
      "the dead man's switch among the routes",
      (args) => Object.assign(args.routes[0]!, { labels: { alertname: "Watchdog" } }),
      "never comes this way; name its receiver in heartbeat",
    ],
    [
      "half a second",
      (args) => Object.assign(args.routes[0]!, { groupWaitSeconds: 0.5 }),
      "routes.0.groupWaitSeconds 0.5 is no time; give a whole number from 0",
    ],
    [
      "a repeat before anything is sent",
      (args) => Object.assign(args.routes[2]!, { repeatMinutes: 3 }),
      "routes.2.repeatMinutes 3 is shorter than the group interval of 5 minutes, before which nothing is sent; raise it to at least 5, or lower groupIntervalSeconds to at most 180",
    ],
    [
      "a group interval beyond the repeat",
      (args) => Object.assign(args.routes[2]!, { groupIntervalSeconds: 18_000 }),
      "routes.2.groupIntervalSeconds 18000 is longer than the repeat time of 4 hours",
    ],
    ["quiet hours for pages", (args) => Object.assign(args.quietHours!, { severities: ["warning", "critical"] }), "quietHours.severities cover pages"],
    [
      "a time zone that is none",
      (args) => Object.assign(args.quietHours!, { timeZone: "Europe/Belrin" }),
      'quietHours.timeZone "Europe/Belrin" is no time zone; did you mean Europe/Berlin',
    ],
    ["a time zone in small letters", (args) => Object.assign(args.quietHours!, { timeZone: "europe/berlin" }), "did you mean Europe/Berlin"],
    ["an offset for a time zone", (args) => Object.assign(args.quietHours!, { timeZone: "+01:00" }), '"+01:00" is no time zone'],
    ["a time after midnight", (args) => Object.assign(args.quietHours!, { to: "25:00" }), 'quietHours.to "25:00" is no time of day; write it as 18:00'],
    ["a night without length", (args) => Object.assign(args.quietHours!, { from: "08:00" }), 'quietHours.to "08:00" is also their beginning'],
    ["a day that is none", (args) => Object.assign(args.quietHours!, { days: ["caturday"] }), 'quietHours.days.0 "caturday" is no day'],
    [
      "a week without an open hour",
      (args) => Object.assign(args.quietHours!, { days: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] }),
      "quietHours cover the whole week, so no ticket is ever sent",
    ],
    [
      "a heartbeat without a receiver",
      (args) => Object.assign(args, { heartbeat: { receiver: "" } }),
      "heartbeat.receiver is missing, so nobody gets Watchdog",
    ],
    ["a heartbeat to an unknown receiver", (args) => Object.assign(args.heartbeat!, { receiver: "dead-man-switch" }), "did you mean dead-mans-switch"],
    ["a heartbeat by phone", (args) => Object.assign(args.heartbeat!, { receiver: "oncall" }), 'heartbeat.receiver "oncall" is no webhook'],
    [
      "a route to the heartbeat",
      (args) => args.routes[2]!.receivers.push("dead-mans-switch"),
      '"dead-mans-switch" is the receiver of the heartbeat, for which every message is a sign of life',
    ],
    [
      "a heartbeat faster than Alertmanager",
      (args) => Object.assign(args.heartbeat!, { everySeconds: 1 }),
      "heartbeat.everySeconds 1 is no time between signs of life; give a whole number from 10 to 3600",
    ],
  ])("%s", (_, change, message) => {
    const found = sentences(change).join("\n");
    expect(found).toContain(message);
    expect(found).not.toMatch(/hidden|hooks\.slack|token=secret|0123456789abcdef/);
  });

  test("all at once", () => {
    const found = sentences((args) => {
      Object.assign(args.receivers[1]!, { slack: {} });
      args.routes[3]!.receivers = ["nowhere"];
      Object.assign(args.quietHours!, { timeZone: "Mars" });
    });
    expect(found.map((text) => text.split(" ")[0])).toEqual(["receivers.1.slack.url", "routes.3.receivers.0", "quietHours.timeZone"]);
  });
});

test("a route that only some of its alerts never reach is taken", () => {
  expect(sentences((args) => args.routes.splice(3, 0, { severities: ["critical", "warning"], labels: { alertname: "Slow" }, receivers: ["mail"] }))).toEqual(
    [],
  );
});
