import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { everything } from "../../../test/routes/subject.ts";
import { synth } from "../../plan/synth.ts";
import { AlertRoutes, type AlertRoutesArgs } from "./alert-routes.ts";

const values = ["0123456789abcdef0123456789abcdef", "https://hooks.slack.example.org/services/T/B/x", "https://bridge.example.org/data?token=secret"];

async function made(args: AlertRoutesArgs) {
  const resources = await synth(() => void new AlertRoutes("links-routes", args), { secrets: values });
  expect(resources.flatMap(({ exposed }) => exposed)).toEqual([]);
  return resources.flatMap(({ manifest }) => (manifest ? [manifest] : []));
}

test("under the operator it is an AlertmanagerConfig with the labels asked for, and one Secret that it names", async () => {
  const [config, secret, ...more] = (await made(everything)).sort((a, b) => a.kind.localeCompare(b.kind));
  expect(more).toEqual([]);
  expect(config).toMatchObject({ kind: "AlertmanagerConfig", metadata: { name: "links-routes", namespace: "shop", labels: { alertmanager: "main" } } });
  expect(Object.keys(secret!.stringData).sort()).toEqual(["channel-url", "data-team-url", "oncall-routing-key"]);
  const [oncall, channel, mail, , heartbeat] = config!.spec.receivers;
  expect(oncall.pagerdutyConfigs[0].routingKey).toEqual({ name: secret!.metadata.name, key: "oncall-routing-key" });
  expect(channel.slackConfigs[0].apiURL).toEqual({ name: secret!.metadata.name, key: "channel-url" });
  expect(mail.emailConfigs[0].authPassword).toEqual({ name: "smtp-login", key: "password" });
  expect(heartbeat.webhookConfigs).toEqual([{ sendResolved: false, urlSecret: { name: "heartbeat", key: "url" } }]);
});

test("without the operator it is a config beside Alertmanager that reads its secrets from files", async () => {
  const [map, secret] = (await made({ ...everything, prometheusOperator: false, alertmanagerNamespace: "monitoring" })).sort((a, b) =>
    a.kind.localeCompare(b.kind),
  );
  for (const one of [map, secret]) expect(one!.metadata).toMatchObject({ name: "links-routes", namespace: "monitoring" });
  const { route, receivers } = JSON.parse(map!.data["alertmanager.yaml"]);
  expect(route.routes[0].matchers).toEqual(['namespace="shop"']);
  expect(receivers.map((one: Record<string, [Record<string, string>]>) => filesOf(one))).toEqual([
    ["routing_key_file=/etc/alertmanager/secrets/links-routes/oncall-routing-key"],
    ["api_url_file=/etc/alertmanager/secrets/links-routes/channel-url"],
    ["auth_password_file=/etc/alertmanager/secrets/smtp-login/password"],
    ["url_file=/etc/alertmanager/secrets/links-routes/data-team-url"],
    ["url_file=/etc/alertmanager/secrets/heartbeat/url"],
    [],
  ]);
});

function filesOf({ name: _, ...kinds }: Record<string, unknown>): string[] {
  const settings = Object.values(kinds).flatMap((list) => Object.entries((list as [object])[0]));
  return settings.filter(([key]) => key.endsWith("_file")).map(([key, value]) => `${key}=${value}`);
}

test("a value is secret in state though nobody marked it", async () => {
  const { givenSecrets } = await import("./secrets.ts");
  const given = givenSecrets([{ name: "channel", slack: { url: { value: "https://hooks.example.org/a" } } }]);
  expect(await pulumi.isSecret(given["channel-url"]!)).toBe(true);
});

test("with all secrets elsewhere it makes none", async () => {
  const url = { secretName: "slack", key: "url" };
  const resources = await made({ namespace: "shop", receivers: [{ name: "channel", slack: { url } }], routes: [{ receivers: ["channel"] }] });
  expect(resources.map(({ kind }) => kind)).toEqual(["AlertmanagerConfig"]);
});

test("mistakes are refused before anything is made", () => {
  expect(() => new AlertRoutes("links-routes", { ...everything, routes: [{ receivers: ["chanel"] }] })).toThrow(
    'AlertRoutes "links-routes": routes.0.receivers.0 "chanel" is no receiver; did you mean channel.',
  );
});
