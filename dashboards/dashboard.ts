import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { DashboardOptions } from "./options.ts";
import { datasource, type lines, type numbers } from "./panel.ts";
import { dashboardUid } from "./uid.ts";

export interface Row {
  title: string;
  panels: ReturnType<typeof lines | typeof numbers>[];
}

export type Subject = "service" | "data";

/** The dashboards that a service has: one without a panel would be a link to nothing. */
export function subjectsOf({ postgres, redis = [], backup }: DashboardOptions): Subject[] {
  return postgres || redis.length > 0 || backup ? ["service", "data"] : ["service"];
}

/** What all dashboards share; a subject adds its rows. */
export function dashboard(options: DashboardOptions, subject: Subject, rows: Row[]): Dashboard {
  const { namespace, service } = options;
  const title = (of: Subject) => `${service} (${namespace}): ${of}`;
  const builder = new DashboardBuilder(title(subject))
    .uid(dashboardUid(namespace, service, subject))
    .description(`Made by slipway from the objectives and alerts of ${service}. Edits in Grafana are lost at the next update.`)
    .tags(["slipway", service])
    .readonly()
    .timezone("browser")
    .time({ from: "now-6h", to: "now" })
    .refresh("1m")
    .withVariable(new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"))
    .withVariable(choice("namespace", "Namespace", "label_values(app_ready, namespace)", namespace))
    .withVariable(choice("service", "Service", 'label_values(app_ready{namespace="$namespace"}, job)', service))
    .annotation(releases());
  for (const other of subjectsOf(options)) {
    if (other === subject) continue;
    builder.link(
      new DashboardLinkBuilder(title(other))
        .type(DashboardLinkType.Link)
        .url(`/d/${dashboardUid(namespace, service, other)}`)
        .includeVars(true)
        .keepTime(true),
    );
  }
  for (const row of rows.filter(({ panels }) => panels.length > 0)) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  return numbered(builder.build());
}

function choice(name: string, label: string, query: string, selected: string) {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query({ query, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .current({ text: selected, value: selected, selected: true });
}

/** A mark where a version first runs: most of what changes in the lines begins there. */
function releases() {
  const versions = 'count by (version) (app_build_info{namespace="$namespace", job="$service"}';
  return new AnnotationQueryBuilder()
    .name("Releases")
    .enable(true)
    .iconColor("blue")
    .datasource(datasource)
    .expr(`${versions}) unless ${versions} offset 2m)`)
    .titleFormat("Version {{version}}")
    .step("60s");
}

/** Links to a panel carry its number, so it may not be left to Grafana, which counts anew at each load. */
function numbered(built: Dashboard): Dashboard {
  built.panels?.forEach((panel, index) => {
    (panel as { id?: number }).id = index + 1;
  });
  return built;
}
