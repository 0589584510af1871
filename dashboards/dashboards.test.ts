import { describe, expect, test } from "vitest";
import { type DashboardOptions, dashboardUid, serviceDashboards } from "./index.ts";

const options: DashboardOptions = {
  namespace: "shop",
  service: "links",
  objectives: { availability: { target: 99.9 }, latency: { target: 99, thresholdMilliseconds: 250 }, windowDays: 30, pageBurnRate: 14.4 },
  postgres: { exporterJob: "postgres-exporter", claim: "data-postgres-0" },
  redis: [{ exporterJob: "redis-state-exporter", purpose: "state" }],
  backup: { cronJob: "postgres-backup", maximumAgeHours: 26 },
  thresholds: {
    eventLoopLagSeconds: 0.15,
    databasePoolWaiting: 1,
    localLimiterShare: 0.01,
    postgresConnections: 0.8,
    postgresTransactionIdAge: 500_000_000,
    postgresTransactionSeconds: 3600,
    diskFree: 0.15,
    redisMemory: 0.8,
  },
};

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { uid: string };
  targets: { expr: string; refId: string; datasource: { uid: string } }[];
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig: { defaults: { unit?: string; noValue?: string; thresholds: { steps: { value: number | null }[] } } };
}
interface Dashboard {
  uid: string;
  title: string;
  editable: boolean;
  timezone: string;
  links: { url: string; includeVars: boolean; keepTime: boolean }[];
  templating: { list: { name: string; current?: { value: string } }[] };
  annotations: { list: unknown[] };
  panels: Panel[];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own notation.
const datasource = "${datasource}";
const files = serviceDashboards(options);
const dashboards = Object.values(files).map((json) => JSON.parse(json) as Dashboard);
const shown = (dashboard: Dashboard) => dashboard.panels.filter(({ type }) => type !== "row");

describe.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))("%s", (_, dashboard) => {
  test("is the same at every update, and only slipway changes it", () => {
    expect(dashboard.uid).toMatch(/^shop-links-(service|data)$/);
    expect(dashboard.editable).toBe(false);
    expect(dashboard.timezone).toBe("browser");
  });
  test("opens with its own service, on any data source", () => {
    expect(dashboard.templating.list.map(({ name, current }) => [name, current?.value])).toEqual([
      ["datasource", undefined],
      ["namespace", "shop"],
      ["service", "links"],
    ]);
  });
  test("leads to every other one, with its time and variables", () => {
    const others = dashboards.filter((other) => other !== dashboard).map((other) => ({ url: `/d/${other.uid}`, includeVars: true, keepTime: true }));
    expect(dashboard.links).toMatchObject(others);
  });
  test("numbers its panels once each", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id > 0)).toBe(true);
  });
  test("lays no panel over another", () => {
    const cells = shown(dashboard).flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(shown(dashboard).every(({ gridPos }) => gridPos.x + gridPos.w <= 24)).toBe(true);
  });
  test("asks at most 25 queries", () => {
    const queries = shown(dashboard).flatMap(({ targets }) => targets).length + dashboard.annotations.list.length;
    expect(queries).toBeLessThanOrEqual(25);
  });
});

describe.each(dashboards.flatMap((dashboard) => shown(dashboard).map((panel) => [`${dashboard.uid}: ${panel.title}`, panel] as const)))("%s", (_, panel) => {
  test("says what it shows, in which unit, and what an empty one means", () => {
    expect(panel.description!.length).toBeGreaterThan(20);
    expect(panel.fieldConfig.defaults.unit).toMatch(/^[a-z]+$/);
    expect(panel.fieldConfig.defaults.noValue).toMatch(/[a-z]/);
  });
  test("asks the chosen data source about the chosen namespace", () => {
    expect([panel.datasource?.uid, ...panel.targets.map((target) => target.datasource.uid)].every((uid) => uid === datasource)).toBe(true);
    for (const { expr } of panel.targets) expect(expr.match(/\{/g)!.length).toBe(expr.match(/\{namespace="\$namespace"/g)!.length);
    expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length);
  });
  test("rates over an interval that fits the scrape and the zoom", () => {
    for (const { expr } of panel.targets) expect(expr.match(/\[.*?\]/g) ?? []).toEqual((expr.match(/\[.*?\]/g) ?? []).map(() => "[$__rate_interval]"));
  });
  test("has ascending thresholds", () => {
    const [first, ...limits] = panel.fieldConfig.defaults.thresholds.steps.map(({ value }) => value);
    expect(first).toBeNull();
    expect(limits).toEqual([...limits].sort((a, b) => a! - b!));
  });
});

test("a line stands where the alert begins", () => {
  const lag = (seconds: number) => {
    const made = serviceDashboards({ ...options, thresholds: { ...options.thresholds, eventLoopLagSeconds: seconds } });
    const panels = (JSON.parse(made["shop-links-service.json"]!) as Dashboard).panels;
    return panels.find(({ title }) => title.startsWith("Event loop lag"))!.fieldConfig.defaults.thresholds.steps.map(({ value }) => value);
  };
  expect(lag(0.3)).toEqual([null, 0.3]);
});

test("what a stack has not is not shown", () => {
  const { postgres, redis, backup, ...rest } = options;
  expect(Object.keys(serviceDashboards(rest))).toEqual(["shop-links-service.json"]);
  expect((JSON.parse(serviceDashboards(rest)["shop-links-service.json"]!) as Dashboard).links ?? []).toEqual([]);
  const rows = (JSON.parse(serviceDashboards({ ...rest, backup })["shop-links-data.json"]!) as Dashboard).panels.filter(({ type }) => type === "row");
  expect(rows.map(({ title }) => title)).toEqual(["Backups"]);
  const promised = serviceDashboards({ ...options, objectives: { windowDays: 30, pageBurnRate: 14.4 } })["shop-links-service.json"];
  expect(promised).not.toContain("slo:");
});

test("a file is a dashboard's uid, which fits Grafana and differs between namespaces", () => {
  expect(Object.keys(files)).toEqual(dashboards.map(({ uid }) => `${uid}.json`));
  const long = ["a", "b"].map((end) => dashboardUid(`a-namespace-with-a-rather-long-name-${end}`, "links", "service"));
  expect(new Set(long).size).toBe(2);
  for (const uid of long) expect(uid).toMatch(/^[a-z0-9-]{30,40}$/);
});
