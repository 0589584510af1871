import { DatasourceVariableBuilder, QueryVariableBuilder, VariableRefresh } from "@grafana/grafana-foundation-sdk/dashboard";
import type { DashboardOptions } from "./options.ts";
import { datasource } from "./panel.ts";

/** What a reader may choose: where to read, and whose. It opens with the service that it was made for. */
export function variables({ namespace, service, logs, traces }: DashboardOptions) {
  return [
    new DatasourceVariableBuilder("datasource").label("Metrics").type("prometheus"),
    ...(logs ? [new DatasourceVariableBuilder("loki").label("Logs").type("loki")] : []),
    ...(traces ? [new DatasourceVariableBuilder("traces").label("Traces").type("jaeger")] : []),
    choice("namespace", "Namespace", "label_values(app_ready, namespace)", namespace),
    choice("service", "Service", 'label_values(app_ready{namespace="$namespace"}, job)', service),
  ];
}

function choice(name: string, label: string, query: string, selected: string) {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query({ query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .current({ text: selected, value: selected, selected: true });
}
