import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operatorConfig } from "../../infra/components/alert-routes/operator-config.ts";
import { plainConfig } from "../../infra/components/alert-routes/plain-config.ts";
import { routing } from "../../infra/components/alert-routes/routing.ts";
import type { AlertRoutesArgs } from "../../infra/components/index.ts";
import { amtoolMissing, receiversOf } from "../routes/amtool.ts";
import { generated, shortName } from "../routes/generated.ts";
import { everything } from "../routes/subject.ts";
import { table } from "../routes/table.ts";
import { eventually, kubectl } from "./kubernetes.ts";
import { type Alerting, startAlerting } from "./receivers/alerting.ts";
import { mailOf } from "./receivers/mail.ts";
import { type Received, type ReceivedKind, type Receivers, startReceivers } from "./receivers/receivers.ts";
import { applyRoutes, applySecrets, hourFromNow, routesTo, secrets } from "./receivers/routes.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
const own = `${namespace}-notifications`;
const monitoring = "monitoring";
const people: ReceivedKind[] = ["slack", "pagerDuty", "webhook", "email"];
let receivers: Receivers;
let alerting: Alerting;
let args: AlertRoutesArgs;

beforeAll(async () => {
  await stack.ensureUp();
  await kubectl(["create", "namespace", own]);
  receivers = await startReceivers(own, stack.cluster.baseImage ?? "docker.io/library/node:24-slim");
  alerting = await startAlerting(own, namespace, monitoring);
  args = routesTo(receivers.addresses, namespace);
  await applySecrets(namespace, "routes-test", {
    slack: `${receivers.addresses.slack}?token=${secrets.slack}`,
    pagerDuty: secrets.pagerDuty,
    webhook: `${receivers.addresses.webhook}?token=${secrets.webhook}`,
    heartbeat: `${receivers.addresses.heartbeat}?token=${secrets.heartbeat}`,
  });
  await applyRoutes("routes-test", args);
  // Of the routes of the table nothing is sent: no alert of the stack has their labels, and their addresses lead nowhere.
  await applySecrets(namespace, "smtp-login", { password: secrets.login });
  await applySecrets(namespace, "heartbeat", { url: "http://127.0.0.1:9/" });
});

afterAll(async () => {
  await kubectl(["delete", "namespace", own, "--ignore-not-found", "--timeout=120s"], { patience: 130 });
  await kubectl(["--namespace", namespace, "delete", "alertmanagerconfigs.monitoring.coreos.com", "routes-test", "routes-quiet", "--ignore-not-found"]);
  await kubectl(["--namespace", namespace, "delete", "secret", "routes-test", "smtp-login", "heartbeat", "--ignore-not-found"]);
});

const token: Partial<Record<ReceivedKind, string>> = { slack: secrets.slack, webhook: secrets.webhook, heartbeat: secrets.heartbeat };

/** What a receiver got that names this alert, once it is there. */
async function arrived(kind: ReceivedKind, alertname: string, status: "firing" | "resolved", seconds = 60): Promise<Received> {
  return eventually(`${kind} hears that ${alertname} is ${status}`, seconds, async () =>
    (await receivers.received(kind)).find((message) => text(message).includes(alertname) && isAbout(message, status)),
  );
}

/** All that a person can read of a message. */
function text({ kind, body, source }: Received): string {
  if (kind !== "email") return JSON.stringify(body);
  const { subject, text, html } = mailOf(source!);
  return [subject, text, html].join("\n");
}

function isAbout({ kind, body, source }: Received, status: "firing" | "resolved"): boolean {
  const firing = {
    slack: () => !body.attachments[0].title.startsWith("RESOLVED"),
    pagerDuty: () => body.event_action === "trigger",
    email: () => !mailOf(source!).subject.startsWith("RESOLVED"),
    webhook: () => body.status === "firing",
    heartbeat: () => body.status === "firing",
  }[kind]();
  return firing === (status === "firing");
}

describe("the operator", () => {
  test("makes of the routes what the table of routes was checked on", async () => {
    const wanted = generated(operatorConfig(routing(args), "routes-test"), namespace, "routes-test");
    await eventually("the operator has taken the routes", 60, async () => {
      const { route, inhibit_rules, mute_time_intervals, receivers } = await alerting.generatedConfig();
      expect({ route, inhibit_rules, mute_time_intervals }).toEqual({
        route: wanted.route,
        inhibit_rules: wanted.inhibit_rules,
        mute_time_intervals: wanted.mute_time_intervals,
      });
      expect(receivers.map(({ name }: { name: string }) => name)).toEqual(wanted.receivers.map(({ name }) => name));
      return true;
    });
  });

  test.skipIf(amtoolMissing)("routes every row of the table as it says", async () => {
    const subject = { ...everything, namespace, receivers: everything.receivers.map(byReference) };
    await applyRoutes("routes-table", { ...subject, configLabels: { alertmanager: "main" } });
    const config = await eventually("the operator has taken the table's routes", 60, async () => {
      const made = await alerting.generatedConfig();
      return made.route.routes.length === 2 && made;
    });
    await kubectl(["--namespace", namespace, "delete", "alertmanagerconfigs.monitoring.coreos.com", "routes-table"]);
    const ofTable = ({ receiver }: { receiver: string }) => receiver.includes("/routes-table/");
    const mail = config.receivers.find(({ name }: { name: string }) => name.endsWith("/routes-table/mail"));
    expect(mail.email_configs[0]).toMatchObject({ auth_username: "alerts", auth_password: secrets.login, require_tls: true });
    const alone = { ...config, route: { ...config.route, routes: config.route.routes.filter(ofTable) } };
    const rename = (value: string | undefined) => value?.replace(/^shop/, namespace);
    const alerts = table.map(({ labels }) => ({ ...labels, ...(labels.namespace && { namespace: rename(labels.namespace)! }) }));
    expect(receiversOf(alone, alerts).map((names) => names.map(shortName))).toEqual(table.map((row) => row.receivers));
  });

  test("and its Alertmanager takes the plain config of the same routes", async () => {
    const config = plainConfig(routing(everything), "shop", "links-routes");
    expect(await alerting.amtool(config, "check-config", "/dev/stdin")).toContain("SUCCESS");
  });
});

/** The table needs no secrets of its own. */
function byReference(receiver: AlertRoutesArgs["receivers"][number]): AlertRoutesArgs["receivers"][number] {
  const url = { secretName: "heartbeat", key: "url" };
  if (receiver.slack) return { ...receiver, slack: { ...receiver.slack, url } };
  if (receiver.pagerDuty) return { ...receiver, pagerDuty: { routingKey: url } };
  return receiver.webhook ? { ...receiver, webhook: { url } } : receiver;
}

/** A time as the messages have it: `Mon 2 Mar 03:04 UTC`. */
function inWords(time: string): string {
  const [, weekday, day, month, hour] = /^(\w+), (\d+) (\w+) \d+ (\d\d:\d\d)/.exec(new Date(time).toUTCString())!;
  return `${weekday} ${Number(day)} ${month} ${hour} UTC`;
}

describe("a message", () => {
  // Now: for an alert that began long ago Alertmanager waits for no others.
  let startsAt: string;
  const runbook = "https://runbooks.example.org/OrdersStuck.md";
  const dashboard = "https://grafana.example.org/d/shop-orders";
  const alert = (pod: string) => ({
    labels: { alertname: "OrdersStuck", namespace, service: "orders", severity: "critical", pod },
    annotations: {
      summary: `Orders of ${pod} are stuck & not <sent>.`,
      description: "42 orders wait for 10 minutes, threshold 20. Customers get no confirmation.",
      runbook_url: runbook,
      dashboard_url: dashboard,
    },
    startsAt,
    generatorURL: "https://prometheus.example.org/graph?g0.expr=orders",
  });
  const pods = Array.from({ length: 12 }, (_, index) => `orders-${String(index).padStart(2, "0")}`);
  const messages = {} as Record<ReceivedKind, Received>;

  beforeAll(async () => {
    await alerting.settled();
    startsAt = new Date().toISOString();
    await alerting.post(pods.map(alert));
    for (const kind of people) messages[kind] = await arrived(kind, "OrdersStuck", "firing");
  });

  test.each(people)("reaches %s with its secret, and says who is hurt, how much, since when, and where to look", (kind) => {
    const message = messages[kind];
    if (token[kind]) expect(message.token).toBe(token[kind]);
    const said = text(message);
    const parts = ["OrdersStuck", "42 orders wait for 10 minutes, threshold 20.", "Customers get no confirmation.", runbook, dashboard];
    for (const part of parts) expect(said).toContain(part);
    expect(said).toContain(kind === "webhook" ? startsAt : `Since ${inWords(startsAt)}`);
  });

  test("is one for twelve pods with one fault, in Slack", async () => {
    const [attachment] = messages.slack.body.attachments;
    expect(attachment).toMatchObject({ title: `PAGE OrdersStuck: orders in ${namespace} (12 firing)`, title_link: runbook, color: "danger" });
    expect(messages.slack.body.channel).toBe("#links");
    expect(attachment.text).toContain("*Orders of orders-00 are stuck &amp; not &lt;sent&gt;.*");
    expect(attachment.text).toContain("The first 10 of 12.");
    expect(attachment.text).toContain(`<${runbook}|Runbook>`);
    expect(attachment.text).toMatch(/<https:\/\/alertmanager\.example\.org\/#\/silences\/new\?filter=%7Balertname%3D%22OrdersStuck%22%2C\S+\|Silence>/);
    expect(attachment.text).not.toContain("orders-11");
  });

  test("is an incident with severity, place and links, in PagerDuty", () => {
    const { body } = messages.pagerDuty;
    expect(body).toMatchObject({
      routing_key: secrets.pagerDuty,
      event_action: "trigger",
      client: "Alertmanager",
      client_url: "https://alertmanager.example.org",
    });
    expect(body.payload).toMatchObject({
      summary: "Orders of orders-00 are stuck & not <sent>. (12 firing, 0 resolved)",
      severity: "critical",
      class: "OrdersStuck",
      component: "orders",
      group: namespace,
      custom_details: { num_firing: "12", num_resolved: "0", runbook, dashboard },
    });
    expect(body.links.map(({ text, href }: { text: string; href: string }) => [text, href])).toEqual([
      ["Runbook", runbook],
      ["Dashboard", dashboard],
      ["Silence", expect.stringContaining("/#/silences/new?filter=")],
    ]);
  });

  test("is a mail to everybody, as text and as HTML", () => {
    const { to, from, source } = messages.email;
    const mail = mailOf(source!);
    expect({ to, from }).toEqual({ to: ["team-links@example.org", "second@example.org"], from: "alerts@example.org" });
    expect(mail.subject).toBe(`PAGE OrdersStuck: orders in ${namespace} (12 firing)`);
    expect(mail.text).toContain(`Runbook: ${runbook}`);
    expect(mail.text).not.toMatch(/<(p|b|a|br)\b/);
    expect(mail.html).toContain(`<a href="${runbook}">Runbook</a>`);
    expect(mail.html).toContain("stuck &amp; not &lt;sent&gt;");
  });

  test("is Alertmanager's own JSON at any other server", () => {
    expect(messages.webhook.body).toMatchObject({ version: "4", status: "firing", groupLabels: { alertname: "OrdersStuck", service: "orders" } });
    expect(messages.webhook.body.alerts).toHaveLength(12);
  });

  test("says that it is over, to everybody who was told, and ends the same incident", async () => {
    await alerting.post(pods.map((pod) => ({ ...alert(pod), endsAt: new Date(Date.now() - 1000).toISOString() })));
    const over = {} as Record<ReceivedKind, Received>;
    for (const kind of people) over[kind] = await arrived(kind, "OrdersStuck", "resolved");
    expect(over.slack.body.attachments[0]).toMatchObject({ title: `RESOLVED OrdersStuck: orders in ${namespace}`, color: "good" });
    expect(over.slack.body.attachments[0].text).toMatch(/Resolved \w+ \d+ \w+ \d\d:\d\d UTC, began /);
    expect(over.slack.body.attachments[0].text).not.toContain("Silence");
    expect(over.pagerDuty.body).toMatchObject({ event_action: "resolve", dedup_key: messages.pagerDuty.body.dedup_key });
    expect(mailOf(over.email.source!).subject).toBe(`RESOLVED OrdersStuck: orders in ${namespace}`);
  });
});

// A fault takes two minutes to be told, and again to be over; of other services' alerts it knows nothing.
describe.concurrent("while Postgres is gone", () => {
  test("everybody is told, and told again when it is back", async () => {
    const scale = (replicas: number) => kubectl(["--namespace", namespace, "scale", "statefulset/postgres", `--replicas=${replicas}`]);
    const started = Date.now();
    try {
      await scale(0);
      for (const kind of people) {
        const said = text(await arrived(kind, "PostgresDown", "firing", 240));
        expect(said).toContain(`Postgres of ${settings.service} in ${namespace} does not answer.`);
        expect(said).toContain("Requests that are not answered from a cache fail");
        expect(said).toMatch(/PostgresDown\.md/);
      }
      stack.note(
        "notifications: from Postgres gone to the last of four receivers",
        `${((Date.now() - started) / 1000).toFixed(0)} s, of which the alert waits 60`,
      );
    } finally {
      await scale(1);
      await kubectl(["--namespace", namespace, "rollout", "status", "statefulset/postgres", "--timeout=120s"], { patience: 130 });
    }
    for (const kind of people) await arrived(kind, "PostgresDown", "resolved", 180);
  });

  describe("silence", () => {
    const posted = (alertname: string, service: string, severity: string) => ({
      labels: { alertname, namespace, service, severity },
      annotations: { summary: alertname },
    });

    test("a ticket is not told while a page of the same service is open, and is told of another service", { concurrent: false }, async () => {
      await alerting.post([posted("ShopDown", "shop", "critical")]);
      await arrived("slack", "ShopDown", "firing");
      await alerting.post([posted("ShopSlow", "shop", "warning"), posted("CartSlow", "cart", "warning")]);
      const { body } = await arrived("slack", "CartSlow", "firing");
      expect(body.attachments[0]).toMatchObject({ title: `Ticket CartSlow: cart in ${namespace}`, color: "warning" });
      // Two looks of Alertmanager later, it would have been told.
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      expect((await receivers.received()).filter((message) => text(message).includes("ShopSlow"))).toEqual([]);
      await alerting.post([{ ...posted("ShopDown", "shop", "critical"), endsAt: new Date(Date.now() - 1000).toISOString() }]);
      await arrived("slack", "ShopSlow", "firing");
    });

    test("in quiet hours pages are told and tickets are not", { concurrent: false }, async () => {
      const quiet = { timeZone: "Europe/Berlin", from: hourFromNow("Europe/Berlin", -1), to: hourFromNow("Europe/Berlin", 2) };
      const routes = [{ receivers: ["hook"], groupWaitSeconds: 1, groupIntervalSeconds: 5 }];
      const hook = args.receivers.filter(({ name }) => name === "hook");
      await applyRoutes("routes-quiet", { namespace, configLabels: { alertmanager: "main" }, receivers: hook, routes, quietHours: quiet });
      await eventually("Alertmanager knows the quiet hours", 60, async () => {
        const { mute_time_intervals } = await alerting.generatedConfig();
        return mute_time_intervals.length === 2;
      });
      const quietly = async (alertname: string) =>
        (await receivers.received("webhook")).find(({ body }) => body.receiver.includes("/routes-quiet/") && body.groupLabels.alertname === alertname);
      await eventually("Alertmanager has loaded them", 120, async () => {
        await alerting.post([posted("QuietPage", "bank", "critical")]);
        return quietly("QuietPage");
      });
      await alerting.post([posted("QuietTicket", "archive", "warning")]);
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      expect(await quietly("QuietTicket")).toBeUndefined();
    });
  });
});

describe("from the running stack to people", () => {
  test("signs of life come at their interval, and nobody else is told of them", async () => {
    const beats = await eventually("four signs of life", 120, async () => {
      const beats = await receivers.received("heartbeat");
      return beats.length >= 4 && beats;
    });
    for (const { body, token: given } of beats) {
      expect(given).toBe(secrets.heartbeat);
      expect(body).toMatchObject({ status: "firing", groupLabels: { alertname: "Watchdog", service: settings.service } });
    }
    const times = beats.slice(-3).map(({ at }) => Date.parse(at) / 1000);
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    stack.note("notifications: seconds between signs of life, 10 asked for", gaps.map((gap) => gap.toFixed(1)).join(", "));
    for (const gap of gaps) expect(gap).toBeLessThan(13);
    for (const kind of people) expect((await receivers.received(kind)).filter((message) => text(message).includes("Watchdog"))).toEqual([]);
  });
});
