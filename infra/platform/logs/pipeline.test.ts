import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AlertingRule } from "../../components/prometheus/rule.ts";
import { logRules } from "./alerts.ts";
import { LocalPipeline, missingPrograms, until } from "./local-pipeline.ts";
import { logsSpec } from "./spec.ts";

if (missingPrograms.length > 0) {
  console.warn(
    `SKIPPED: no line went through a pipeline, since ${missingPrograms.join(" and ")} is not on PATH; install it from the releases of Loki and of the OpenTelemetry collector.`,
  );
}

const thresholds = { errors: 3, authenticationFailures: 2, slowQueries: 2 };
const spec = logsSpec({ retentionDays: 7, storage: "1Gi", thresholds, giveUpSeconds: 5 });
const pipeline = new LocalPipeline(spec);
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const line = (level: string, msg: string, fields: object = {}) => JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg });
const request = (level: string, route: string) =>
  line(level, "request", { requestId: "a-request", trace_id: traceId, method: "POST", route, status: 500, milliseconds: 3.2 });
const times = (count: number, text: string) => Array.from({ length: count }, () => text);

describe.skipIf(missingPrograms.length > 0)("lines on their way", () => {
  beforeAll(async () => {
    await pipeline.start();
    pipeline.write("shop", "links-b4bdbcdcf-n2n8w", "links", [
      request("info", "/quiet"),
      ...times(4, request("error", "/v1/links")),
      ...times(2, request("error", "/v1/rare")),
    ]);
    pipeline.write("shop", "links-b4bdbcdcf-sn9d5", "links", [
      "Error: it broke",
      "    at first (file.ts:1:1)",
      "    at second (file.ts:2:2)",
      ...times(4, line("error", "unexpected error", { requestId: "a-request" })),
      ...times(3, line("warn", "slow query", { query: "links_read", milliseconds: 1200 })),
      ...times(2, line("warn", "slow query", { query: "links_write", milliseconds: 1200 })),
      line("fatal", "uncaughtException", { err: { message: "boom" } }),
    ]);
    pipeline.write("shop", "postgres-0", "postgres", [
      ...times(3, '2026-01-01 00:00:00.000 GMT [9] FATAL:  password authentication failed for user "links_app"'),
      ...times(3, "2026-01-01 00:00:00.000 GMT [9] LOG:  duration: 1203.411 ms  execute <unnamed>: SELECT pg_sleep(1.2)"),
    ]);
    pipeline.write("calm", "shop-7d8d594464-2zbsw", "shop", [request("error", "/v1/links"), line("warn", 'a word about "level":"fatal" things'), "panic? no"]);
    pipeline.write(spec.collectorNamespace, "log-collector-x7k2p", "collector", ['{"level":"fatal"}']);
    await until("all lines are there", async () => (await pipeline.ask('sum(count_over_time({service_name=~".+"}[10m]))'))[0]?.value[1] === "27");
  });
  afterAll(() => pipeline.remove());

  test("a stream has three labels; pod and trace are told of each line", async () => {
    const labels = (await (await fetch(`${pipeline.loki}/loki/api/v1/labels`)).json()) as { data: string[] };
    expect(labels.data.sort()).toEqual(["k8s_container_name", "k8s_namespace_name", "service_name"]);
    const [found] = await pipeline.ask(`{k8s_namespace_name="shop"} | trace_id="${traceId}" |= "/quiet"`, "query_range");
    expect(found!.stream).toMatchObject({ service_name: "links", k8s_container_name: "links", k8s_pod_name: "links-b4bdbcdcf-n2n8w", trace_id: traceId });
    expect(Object.keys(found!.stream).sort()).toEqual([
      "detected_level",
      "k8s_container_name",
      "k8s_namespace_name",
      "k8s_pod_name",
      "log_iostream",
      "observed_timestamp",
      "service_name",
      "trace_id",
    ]);
    expect(JSON.parse(found!.values[0]![1])).toMatchObject({ route: "/quiet", trace_id: traceId });
  });

  test("a stack trace is one entry", async () => {
    const [found] = await pipeline.ask('{service_name="links"} |= "it broke"', "query_range");
    expect(found!.values.map(([, text]) => text)).toEqual(["Error: it broke\n    at first (file.ts:1:1)\n    at second (file.ts:2:2)"]);
  });

  test("the collector's own lines are left out", async () => {
    expect(await pipeline.ask(`{k8s_namespace_name="${spec.collectorNamespace}"}`, "query_range")).toEqual([]);
  });

  test("each rule finds what it is for, and nothing else", async () => {
    const rules = logRules(spec).groups[0]!.rules as AlertingRule[];
    const found = await Promise.all(
      rules.map(async ({ alert, expr }) => [alert, (await pipeline.ask(expr)).map(({ metric, value }) => [...Object.values(metric).sort(), value[1]]).sort()]),
    );
    expect(Object.fromEntries(found)).toEqual({
      LogErrorBurst: [["/v1/links", "links", "shop", "4"]],
      LogAuthenticationFailures: [["postgres", "shop", "3"]],
      LogProcessCrash: [["links", "shop", "1"]],
      LogSlowQueries: [
        ["links", "links_read", "shop", "3"],
        ["postgres", "shop", "3"],
      ],
    });
  });

  test("Loki's ruler has taken all of them", async () => {
    const { data } = (await (await fetch(`${pipeline.loki}/prometheus/api/v1/rules`)).json()) as { data: { groups: { rules: { name: string }[] }[] } };
    expect(data.groups.flatMap(({ rules }) => rules.map(({ name }) => name))).toEqual(
      logRules(spec).groups[0]!.rules.map((rule) => "alert" in rule && rule.alert),
    );
  });

  test("after a restart nothing is sent twice, and what comes then is read", async () => {
    await pipeline.stop("otelcol");
    await pipeline.startCollector();
    pipeline.write("shop", "late-b4bdbcdcf-n2n8w", "late", ["the first line of a new pod"]);
    pipeline.write("shop", "postgres-0", "postgres", ["another line of an old one"]);
    const lines = async () => (await pipeline.ask('{service_name=~".+"}', "query_range")).flatMap(({ values }) => values.map(([, text]) => text));
    await until("both are there", async () => (await lines()).filter((text) => /the first line|another line/.test(text)).length === 2);
    expect((await lines()).length).toBe(29);
  });

  test("with the store away lines wait, a queue's worth; what is given up is counted", async () => {
    await pipeline.stop("loki");
    const long = "x".repeat(1000);
    for (let block = 0; block < 60; block++) {
      pipeline.write(
        "shop",
        "busy-b4bdbcdcf-n2n8w",
        "busy",
        Array.from({ length: 1000 }, (_, index) => `${block}-${index} ${long}`),
      );
    }
    await until("something is given up", async () => (await pipeline.counter("otelcol_exporter_send_failed_log_records")) > 0);
    expect(pipeline.collectorMemory()).toBeLessThan(160);
    await pipeline.startLoki();
    await until("the last line is there", async () => (await pipeline.ask('{service_name="busy"} |= "59-999 "', "query_range")).length === 1);
    const failed = await pipeline.counter("otelcol_exporter_send_failed_log_records");
    const kept = Number((await pipeline.ask('sum(count_over_time({service_name="busy"}[10m]))'))[0]!.value[1]);
    expect(kept + failed).toBeGreaterThanOrEqual(60_000);
  });
});
