import { LogsSortOrder } from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/logs";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/loki";
import { traceOfLine } from "./links.ts";
import type { DashboardOptions } from "./options.ts";
import type { Made } from "./panel.ts";
import { chosen } from "./query.ts";

const loki = { type: "loki", uid: chosen("loki") };

/** Lines of the service's pods that report trouble. As Loki's OTLP endpoint has it: the namespace is a label, the pod is metadata of a line. */
export const troubleQuery = '{k8s_namespace_name="$namespace"} | k8s_pod_name=~"$service-.*" | json | level=~"warn|error|fatal"';

/** The lines that report trouble; where traces are kept, each leads to its own. */
export function troubleLines({ traces }: DashboardOptions): Made {
  const builder = new PanelBuilder()
    .title("Warnings and errors")
    .description("Lines at level warn, error or fatal, the newest first. The query may be changed in Explore; level and trace_id are fields of each line.")
    .datasource(loki)
    .targets([new DataqueryBuilder().datasource(loki).expr(troubleQuery).queryType("range").maxLines(200).refId("A")])
    .noValue("no warnings")
    .sortOrder(LogsSortOrder.Descending)
    .showTime(true)
    .enableLogDetails(true)
    .wrapLogMessage(true)
    // Beside the spans lost, where there are some.
    .span(traces ? 18 : 24)
    .height(7);
  if (traces) {
    builder
      .withTransformation({ id: "extractFields", options: { source: "labels", keepTime: false, replace: false } })
      .overrideByName("trace_id", [{ id: "links", value: [traceOfLine()] }]);
  }
  return { builder, alerts: [] };
}
