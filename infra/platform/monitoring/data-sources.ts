import type * as pulumi from "@pulumi/pulumi";

/** Where Grafana asks for logs. */
export interface LogSource {
  url: pulumi.Input<string>;
}

/** Where Grafana asks for traces. */
export interface TraceSource {
  url: pulumi.Input<string>;
  /** Grafana's name for the kind of store. */
  type: "jaeger" | "tempo";
}

/** Ids by which links between data sources, and dashboards, name them. */
export const dataSourceUids = { prometheus: "prometheus", alertmanager: "alertmanager", logs: "loki", traces: "traces" } as const;

/** Grafana's data sources, each with links to the others: a point of a panel to its trace, a trace to its lines, a line to its trace. */
export function dataSources(namespace: string, logs: LogSource | undefined, traces: TraceSource | undefined): object[] {
  const common = { access: "proxy", editable: false };
  return [
    {
      ...common,
      name: "Prometheus",
      type: "prometheus",
      uid: dataSourceUids.prometheus,
      url: `http://prometheus-operated.${namespace}:9090`,
      isDefault: true,
      jsonData: {
        httpMethod: "POST",
        // The interval between two scrapes: `$__rate_interval` is four of these.
        timeInterval: "30s",
        ...(traces && { exemplarTraceIdDestinations: [{ name: "trace_id", datasourceUid: dataSourceUids.traces }] }),
      },
    },
    {
      ...common,
      name: "Alertmanager",
      type: "alertmanager",
      uid: dataSourceUids.alertmanager,
      url: `http://alertmanager-operated.${namespace}:9093`,
      jsonData: { implementation: "prometheus" },
    },
    ...(logs
      ? [{ ...common, name: "Logs", type: "loki", uid: dataSourceUids.logs, url: logs.url, jsonData: traces ? { derivedFields: [lineToTrace] } : {} }]
      : []),
    ...(traces
      ? [{ ...common, name: "Traces", type: traces.type, uid: dataSourceUids.traces, url: traces.url, jsonData: logs ? { tracesToLogsV2: traceToLines } : {} }]
      : []),
  ];
}

/** The store keeps the trace's id beside each line. The dollars are doubled: Grafana puts variables of its environment into these files. */
const lineToTrace = {
  name: "trace_id",
  matcherType: "label",
  matcherRegex: "trace_id",
  url: "$${__value.raw}",
  datasourceUid: dataSourceUids.traces,
  urlDisplayLabel: "Trace",
};

/** A line may be written a little after its span ends, and by clocks of other nodes. */
const traceToLines = {
  datasourceUid: dataSourceUids.logs,
  spanStartTimeShift: "-5m",
  spanEndTimeShift: "5m",
  customQuery: true,
  query: '{k8s_namespace_name="$${__span.tags["k8s.namespace.name"]}"} | trace_id = "$${__trace.traceId}"',
};
