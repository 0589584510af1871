import { describe, expect, test } from "vitest";
import { everything, metricPanels, type Panel, read, shown } from "./example.ts";
import { dashboardUid, dashboardUrls, serviceDashboards } from "./index.ts";
import { chosen } from "./query.ts";

const datasource = chosen("datasource");
const dashboards = read(everything);

describe.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))("%s", (_, dashboard) => {
  test("is the same at every update, and only slipway changes it", () => {
    expect(dashboard.uid).toMatch(/^shop-links-[a-z]+$/);
    expect(dashboard.editable).toBe(false);
    expect(dashboard.timezone).toBe("browser");
    expect(dashboard.tags).toEqual(["slipway", "links", dashboard.uid.replace("shop-links-", "")]);
  });
  test("opens with its own service, on any data source, and finds new ones as time moves", () => {
    expect(dashboard.templating.list.map(({ name, current }) => [name, current?.value])).toEqual([
      ["datasource", undefined],
      ["loki", undefined],
      ["traces", undefined],
      ["namespace", "shop"],
      ["service", "links"],
    ]);
    for (const { type, refresh } of dashboard.templating.list) if (type === "query") expect(refresh).toBe(2);
  });
  test("leads to every other one, with its time and variables, and to the runbooks", () => {
    const others = dashboards.filter((other) => other !== dashboard).map((other) => ({ url: `/d/${other.uid}`, includeVars: true, keepTime: true }));
    expect(dashboard.links).toMatchObject([...others, { url: "https://runbooks.example.org/README.md" }]);
  });
  test("numbers its panels once each, and names them once each", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id > 0)).toBe(true);
    const titles = shown(dashboard).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
  test("lays no panel over another", () => {
    const cells = shown(dashboard).flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(shown(dashboard).every(({ gridPos }) => gridPos.x + gridPos.w <= 24)).toBe(true);
  });
  test("asks at most 25 queries, variables and annotations included", () => {
    const variables = dashboard.templating.list.filter(({ type }) => type === "query");
    const queries = shown(dashboard).flatMap(({ targets }) => targets);
    expect(queries.length + variables.length + dashboard.annotations.list.length).toBeLessThanOrEqual(25);
  });
});

/** Functions and operators that leave a few series, whatever they were given. */
const aggregates = /\b(sum|max|min|count|topk|histogram_quantile)\b/;
const selectors = /[a-zA-Z_:][\w:]*\{[^}]*\}/g;

describe.each(dashboards.flatMap((dashboard) => metricPanels(dashboard).map((panel) => [`${dashboard.uid}: ${panel.title}`, panel] as const)))(
  "%s",
  (_, panel) => {
    test("says what it shows, and what an empty one means", () => {
      expect(panel.description!.length).toBeGreaterThan(20);
      expect(panel.description).toMatch(/\.$/);
      expect(panel.fieldConfig.defaults.noValue).toMatch(/[a-z]/);
      for (const { legendFormat } of panel.targets) expect(legendFormat).toMatch(/\w/);
    });
    test("asks the chosen data source about the chosen namespace, and the job where it has one", () => {
      expect([panel.datasource?.uid, ...panel.targets.map((target) => target.datasource.uid)].every((uid) => uid === datasource)).toBe(true);
      for (const { expr } of panel.targets) {
        const used = expr.match(selectors)!;
        expect(used.length).toBe(expr.match(/\{/g)!.length);
        for (const selector of used) {
          expect(selector).toMatch(/"\$namespace[-"]/);
          if (!/^(kube|kubelet|container|traefik|certmanager)_/.test(selector)) expect(selector).toMatch(/[{ ]job=~?"/);
        }
      }
      expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length);
    });
    test("adds series up, whatever their number, and its legend names the labels that are left", () => {
      for (const { expr, legendFormat } of panel.targets) {
        expect(expr).toMatch(aggregates);
        const kept = new Set([...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap((match) => match[1]!.split(", ")));
        for (const [, label] of legendFormat!.matchAll(/\{\{(\w+)\}\}/g)) expect(kept).toContain(label);
      }
    });
    test("rates over an interval that fits the scrape and the zoom, and over no long one", () => {
      for (const { expr } of panel.targets) {
        for (const [, range] of expr.matchAll(/\brate\([^}]*\}\[(.*?)\]/g)) expect(range).toBe("$__rate_interval");
        for (const [, range] of expr.matchAll(/\}\[(.*?)\]/g)) expect(range).toMatch(/^(\$__rate_interval|15m)$/);
      }
    });
    test("has ascending thresholds", () => {
      const [first, ...limits] = panel.fieldConfig.defaults.thresholds.steps.map(({ value }) => value);
      expect(first).toBeNull();
      expect(limits).toEqual([...new Set(limits)].sort((a, b) => a! - b!));
    });
  },
);

const panelOf = (subject: string, title: string, options = everything): Panel =>
  read(options)
    .find(({ uid }) => uid === `shop-links-${subject}`)!
    .panels.find((panel) => panel.title.startsWith(title))!;
const limitsOf = (panel: Panel) => panel.fieldConfig.defaults.thresholds.steps.map(({ value }) => value);

test("a line stands where the alert begins", () => {
  for (const [subject, title, key] of [
    ["service", "Event loop lag", "eventLoopLagSeconds"],
    ["service", "WebSocket connections used", "webSocketConnections"],
    ["worker", "Oldest waiting job", "queueWaitSeconds"],
    ["postgres", "Disk free", "diskFree"],
    ["postgres", "Log held back", "walHeldBack"],
    ["redis", "Memory used", "redisMemory"],
    ["resources", "Memory of the limit", "memoryOfLimit"],
  ] as const)
    expect(limitsOf(panelOf(subject, title, { ...everything, thresholds: { ...everything.thresholds, [key]: 0.3 } }))).toEqual([null, 0.3]);
  expect(limitsOf(panelOf("objectives", "Burn rate over 6 hours"))).toEqual([null, 1, 6]);
  expect(limitsOf(panelOf("service", "Duration"))).toEqual([null, 0.25]);
});

test("what a stack has not is not shown, and nothing leads to it", () => {
  const { postgres, redis, backups, restoreDrill, worker, edge, webSocket, logs, traces, runbookBaseUrl, ...least } = everything;
  const none = { ...least, objectives: { windowDays: 30, burnRates: everything.objectives.burnRates } };
  expect(Object.keys(serviceDashboards(none))).toEqual(["shop-links-service.json", "shop-links-resources.json"]);
  expect(Object.keys(dashboardUrls("https://grafana.example.org", none))).toEqual(["service", "resources"]);
  const [service] = read(none);
  expect(service!.links.map(({ url }) => url)).toEqual(["/d/shop-links-resources"]);
  const text = JSON.stringify(read(none));
  for (const absent of ["slo:", "websocket_", "tracing_", "loki", "jaeger", "Runbook", "exporter", "exemplar"]) expect(text).not.toContain(absent);
  const rows = (options: typeof everything, subject: string) =>
    read(options)
      .find(({ uid }) => uid.endsWith(subject))!
      .panels.flatMap(({ type, title }) => (type === "row" ? [title] : []));
  expect(rows({ ...none, backups }, "backups")).toEqual(["Backups"]);
  expect(rows({ ...none, restoreDrill }, "backups")).toEqual(["Restore drills"]);
  expect(rows({ ...none, postgres: { exporterJob: "postgres-exporter" } }, "postgres")).toEqual(["Work", "Vacuum and storage"]);
  expect(rows({ ...none, redis: [{ exporterJob: "redis-cache-exporter", purpose: "cache" }] }, "redis")).toEqual(["Memory", "Work"]);
});

test("every backup has its age and its limit, and one alone needs no name", () => {
  const limits = (title: string) => limitsOf(panelOf("backups", title));
  expect(limits("Age of the newest backup")).toEqual([null, 26 * 3600]);
  expect(limits("Age of the newest backup: redis-state-backup")).toEqual([null, 8 * 3600]);
  const queries = (options: typeof everything) =>
    ["Age of the newest backup", "Next backup", "Duration of the newest backup"].map((title) => panelOf("backups", title, options).targets[0]!);
  const [age, next] = queries({ ...everything, backups: everything.backups!.slice(1, 2) });
  expect(age!.expr).toContain('kind="redis", database="redis-state"');
  expect([next!.legendFormat, next!.expr]).toEqual([
    "next",
    'max(kube_cronjob_next_schedule_time{namespace="$namespace", cronjob="redis-state-backup"}) - time()',
  ]);
  expect(queries(everything).map(({ legendFormat }) => legendFormat)).toEqual(["age", "{{cronjob}}", "{{cronjob}}"]);
});

test("whatever reports something is among the exporters that answer", () => {
  expect(panelOf("resources", "Exporters").targets[0]!.expr).toContain(
    'job=~"postgres-exporter|redis-cache-exporter|redis-state-exporter|backup-exporter|postgres-wal"',
  );
});

test("the log's archive is read where it is: in the server, in the one that fetches it, in the bucket", () => {
  const asked = (postgres: Partial<typeof everything.postgres>) =>
    panelOf("postgres", "Age of the last", { ...everything, postgres: { exporterJob: "postgres-exporter", ...postgres } }).targets[0]!.expr;
  expect(asked({ archived: true })).toContain("pg_stat_archiver_last_archive_age{");
  expect(asked({ walArchive: { job: "postgres-wal" } })).toContain("wal_archive_last_archived_timestamp_seconds{");
  expect(asked(everything.postgres!)).toContain('backup_wal_archived_lag_seconds{namespace="$namespace", job="backup-exporter", database="links"}');
  const titles = (postgres: Partial<typeof everything.postgres>) =>
    read({ ...everything, postgres: { exporterJob: "postgres-exporter", ...postgres } })
      .find(({ uid }) => uid.endsWith("backups"))!
      .panels.map(({ title }) => title);
  expect(titles({ archived: true })).not.toContain("Back to a moment");
  expect(titles({ walArchive: { job: "postgres-wal" } })).not.toContain("Moments that can be restored");
  expect(titles(everything.postgres!)).toContain("Moments that can be restored");
});

test("a slow request leads to its trace, a failed one to the log, a line of it to the trace", () => {
  const duration = panelOf("service", "Duration");
  expect(duration.targets.every(({ exemplar }) => exemplar)).toBe(true);
  const address = (url: string) => JSON.parse(new URL(url, "http://g").searchParams.get("panes")!).a;
  expect(address(duration.fieldConfig.defaults.links![0]!.url)).toMatchObject({
    datasource: chosen("traces"),
    queries: [{ service: "$service", minDuration: "250ms" }],
  });
  const failed = panelOf("service", "Failed requests");
  expect(address(failed.fieldConfig.defaults.links![0]!.url)).toMatchObject({
    datasource: chosen("loki"),
    queries: [{ expr: expect.stringContaining('"$namespace"') }],
  });
  const lines = panelOf("service", "Warnings") as unknown as { fieldConfig: { overrides: { properties: { value: { url: string }[] }[] }[] } };
  expect(address(lines.fieldConfig.overrides[0]!.properties[0]!.value[0]!.url)).toMatchObject({
    datasource: chosen("traces"),
    queries: [{ query: chosen("__value.raw") }],
  });
});

test("a file is a dashboard's uid, which fits Grafana and differs between namespaces", () => {
  expect(Object.keys(serviceDashboards(everything))).toEqual(dashboards.map(({ uid }) => `${uid}.json`));
  expect(Object.values(dashboardUrls("https://grafana.example.org/", everything))).toEqual(dashboards.map(({ uid }) => `https://grafana.example.org/d/${uid}`));
  const long = ["a", "b"].map((end) => dashboardUid(`a-namespace-with-a-rather-long-name-${end}`, "links", "service"));
  expect(new Set(long).size).toBe(2);
  for (const uid of long) expect(uid).toMatch(/^[a-z0-9-]{30,40}$/);
});
