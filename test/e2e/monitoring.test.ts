import { beforeAll, describe, expect, test } from "vitest";
import { eventually, list } from "./kubernetes.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const address = stack.cluster.prometheus;
beforeAll(async () => void (await stack.ensureUp()));

interface Rule {
  name: string;
  health: string;
  lastError?: string;
}

describe.skipIf(!address)("Prometheus (address in SLIPWAY_E2E_PROMETHEUS)", () => {
  test("scrapes the app's replicas and every exporter", async () => {
    const exporters = { "postgres-exporter": 1, "redis-cache-exporter": 1, "redis-state-exporter": 1, "backup-exporter": 1 };
    const jobs = { [settings.service]: 2, [`${settings.service}-worker`]: 1, ...exporters };
    await eventually("all targets are up", 90, async () => {
      const up = await query(`sum by (job) (up{namespace="${stack.namespace}"})`);
      expect(Object.fromEntries(up.map(({ metric, value }) => [metric.job, Number(value[1])]))).toEqual(jobs);
      return true;
    });
  });

  test("the exporters log in to what they watch", async () => {
    await eventually("both know their server as up", 60, async () => {
      const states = await query(`{__name__=~"pg_up|redis_up", namespace="${stack.namespace}"}`);
      expect(states.map(({ value }) => value[1])).toEqual(["1", "1", "1"]);
      return true;
    });
  });

  test("has loaded every rule, and can evaluate it", async () => {
    const objects = await list(stack.namespace, "prometheusrules.monitoring.coreos.com");
    const wanted = objects.flatMap((object) =>
      object.spec.groups.map(({ name, rules }: { name: string; rules: object[] }) => `${name}: ${rules.length} rules`),
    );
    expect(wanted.length).toBeGreaterThan(0);
    await eventually("all groups are there, evaluated without an error", 120, async () => {
      const { groups } = await ask<{ groups: { name: string; file: string; interval: number; rules: Rule[] }[] }>("/api/v1/rules");
      const ours = groups.filter(({ file }) => file.includes(stack.namespace));
      expect(ours.map(({ name, rules }) => `${name}: ${rules.length} rules`).sort()).toEqual(wanted.sort());
      // A group of ten minutes has its first turn within ten minutes.
      const good = (interval: number) => (interval > 120 ? ["ok", "unknown"] : ["ok"]);
      expect(
        ours.flatMap(({ interval, rules }) =>
          rules.filter(({ health }) => !good(interval).includes(health)).map(({ name, lastError }) => `${name}: ${lastError}`),
        ),
      ).toEqual([]);
      return true;
    });
  });

  test("no alert fires on a healthy stack, but the one that shows that alerts arrive", async () => {
    const firing = await query(`ALERTS{namespace="${stack.namespace}", alertstate="firing"}`);
    expect(firing.map(({ metric }) => metric.alertname)).toEqual(["Watchdog"]);
  });
});

const query = async (expression: string) =>
  (await ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(`/api/v1/query?query=${encodeURIComponent(expression)}`)).result;

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${address}${path}`, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`Prometheus answers ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { data: T }).data;
}
