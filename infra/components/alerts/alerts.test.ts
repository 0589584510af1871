import { expect, test } from "vitest";
import { synth } from "../../plan/synth.ts";
import type { RuleFile } from "../prometheus/rule.ts";
import { RedisPurpose } from "../redis/redis.ts";
import { Alerts, type AlertsArgs } from "./alerts.ts";

const args: AlertsArgs = {
  namespace: "shop",
  service: { name: "links", migrationJob: "links-migration", sharedRateLimiter: true },
  postgres: { exporterJob: "postgres-exporter" },
  redis: [{ exporterJob: "redis-state-exporter", purpose: RedisPurpose.state }],
  dashboardUrls: { postgres: "https://grafana.example.org/d/shop-links-postgres" },
  runbookBaseUrl: "https://wiki.example.org/runbooks",
};

async function made(given: AlertsArgs) {
  const resources = await synth(() => void new Alerts("links-alerts", given));
  return resources.flatMap(({ manifest }) => (manifest ? [manifest] : []));
}

test("it is one PrometheusRule whose alerts lead to the given pages", async () => {
  const [rule, ...more] = await made(args);
  expect(more).toEqual([]);
  expect(rule).toMatchObject({ kind: "PrometheusRule", metadata: { name: "links-alerts", namespace: "shop" } });
  const down = (rule!.spec as RuleFile).groups.flatMap((group) => group.rules).find((one) => "alert" in one && one.alert === "PostgresDown");
  expect(down).toMatchObject({
    labels: { namespace: "shop", service: "links", severity: "critical" },
    annotations: { runbook_url: "https://wiki.example.org/runbooks/PostgresDown.md", dashboard_url: "https://grafana.example.org/d/shop-links-postgres" },
  });
});

test("without the operator the same rules are a file in a ConfigMap", async () => {
  const [map] = await made({ ...args, prometheusOperator: false });
  const [rule] = await made(args);
  expect(map!.kind).toBe("ConfigMap");
  expect(JSON.parse(map!.data["links-alerts.rules.yaml"])).toEqual(rule!.spec);
});

test("a threshold that can't be meant is refused", () => {
  expect(() => new Alerts("links-alerts", { ...args, thresholds: { diskFree: 15 } })).toThrow(
    'Alerts "links-alerts": thresholds.diskFree 15 is a share and never reached; give less than 1, such as 0.15.',
  );
});
