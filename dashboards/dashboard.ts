import { AnnotationQueryBuilder, type Dashboard, DashboardBuilder, DashboardCursorSync, RowBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { dashboardLinks, runbookLinks } from "./links.ts";
import type { DashboardOptions } from "./options.ts";
import { datasource, type Made } from "./panel.ts";
import { ofService } from "./query.ts";
import { type Subject, titleOf } from "./subjects.ts";
import { dashboardUid } from "./uid.ts";
import { variables } from "./variables.ts";

export interface Row {
  title: string;
  panels: Made[];
}

/** What all dashboards share; a subject adds its rows. A row without a panel is left out. */
export function dashboard(options: DashboardOptions, subject: Subject, rows: Row[]): Dashboard {
  const { namespace, service } = options;
  const builder = new DashboardBuilder(titleOf(options, subject))
    .uid(dashboardUid(namespace, service, subject))
    .description(`Made by slipway from the objectives and alerts of ${service}. Edits in Grafana are lost at the next update.`)
    .tags(["slipway", service, subject])
    .readonly()
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: "now-6h", to: "now" })
    .refresh("1m")
    .annotation(releases());
  for (const variable of variables(options)) builder.withVariable(variable);
  for (const link of dashboardLinks(options, subject)) builder.link(link);
  for (const row of rows.filter(({ panels }) => panels.length > 0)) {
    builder.withRow(new RowBuilder(row.title));
    for (const { builder: panel, alerts } of row.panels) builder.withPanel(panel.links(runbookLinks(options, alerts)));
  }
  return numbered(builder.build());
}

/** A mark where a version first runs: most of what changes in the lines begins there. */
function releases() {
  const versions = `count by (version) (app_build_info${ofService()}`;
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
