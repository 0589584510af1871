import { everything, read } from "../../dashboards/example.ts";
import { context } from "./subject.ts";

/** Every query that a dashboard runs, with its variables filled in, by the panel it is for. */
export const panelQueries = read(everything).flatMap(({ uid, panels, annotations }) => [
  ...annotations.list.map(({ expr }) => ({ panel: `${uid}: annotations`, expr: filled(expr) })),
  ...panels.flatMap(({ title, targets = [] }) => targets.filter(asksPrometheus).map(({ expr }) => ({ panel: `${uid}: ${title}`, expr: filled(expr) }))),
]);

/** A panel of logs asks Loki, in a language of its own. */
function asksPrometheus({ datasource }: { datasource: { type: string } }): boolean {
  return datasource.type === "prometheus";
}

function filled(expr: string): string {
  return expr.replaceAll("$namespace", context.namespace).replaceAll("$service", context.service).replaceAll("$__rate_interval", "2m");
}
