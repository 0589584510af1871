/**
 * Draws the dashboards of a running service for the docs: the same JSON as Grafana gets, with the answers of a Prometheus.
 * `node dashboards/pictures/draw.ts --prometheus http://127.0.0.1:9090 --namespace links-dev --service links --out docs/dashboards [--minutes 60]`
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type DashboardJson, everything, type Panel } from "../example.ts";
import { type Subject, serviceDashboards } from "../index.ts";
import { subjectsOf } from "../subjects.ts";
import { type PicturePanel, type PictureRow, picture } from "./picture.ts";
import { ask, filled, type Period } from "./prometheus.ts";

const { values } = parseArgs({
  options: {
    prometheus: { type: "string" },
    namespace: { type: "string" },
    service: { type: "string", default: "links" },
    out: { type: "string", default: "docs/dashboards" },
    minutes: { type: "string", default: "60" },
    subject: { type: "string", multiple: true },
  },
});
const { prometheus, namespace, service } = values;
if (!prometheus || !namespace) throw new Error("Give --prometheus, an address, and --namespace, that of the service.");

const to = Math.floor(Date.now() / 1000);
const length = Number(values.minutes) * 60;
const period: Period = { from: to - length, to, step: Math.max(15, Math.round(length / 120)) };

// Lines of a log are text, not a picture.
const { logs, ...shown } = everything;
// Neither the dev nor the prod stack has an archive or standbys.
const postgres = { ...everything.postgres!, archived: false, replicas: 0 };
const options = { ...shown, postgres, namespace, service, worker: { ...everything.worker!, job: `${service}-worker` } };
const files = Object.values(serviceDashboards(options));

mkdirSync(values.out, { recursive: true });
for (const [index, subject] of subjectsOf(options).entries()) {
  if (values.subject && !values.subject.includes(subject)) continue;
  await draw(subject, JSON.parse(files[index]!) as DashboardJson);
}

async function draw(subject: Subject, dashboard: DashboardJson): Promise<void> {
  const rows: PictureRow[] = [];
  for (const panel of dashboard.panels) {
    if (panel.type === "row") rows.push({ title: panel.title, panels: [] });
    else rows.at(-1)!.panels.push(await answered(panel));
  }
  const svg = picture(dashboard.title.replace(` (${namespace})`, ""), rows, period);
  writeFileSync(join(values.out, `${subject}.svg`), svg);
  const empty = rows.flatMap(({ panels }) => panels.filter(({ lines }) => lines.length === 0).map(({ title }) => title));
  console.log(`${subject}.svg ${Math.round(svg.length / 1024)} KiB${empty.length > 0 ? `, without an answer: ${empty.join(", ")}` : ""}`);
}

async function answered({ type, title, gridPos, targets, fieldConfig: { defaults } }: Panel): Promise<PicturePanel> {
  const variables = { namespace: namespace!, service: service! };
  const answers = await Promise.all(targets.map(({ expr, legendFormat }) => ask(prometheus!, filled(expr, variables, period), legendFormat!, period)));
  const { steps } = defaults.thresholds;
  return {
    type,
    title,
    gridPos,
    axis: {
      unit: defaults.unit!,
      min: defaults.min,
      max: defaults.max,
      limits: steps.flatMap(({ value, color }) => (value === null ? [] : [{ value, color }])),
    },
    steps,
    noValue: defaults.noValue!,
    lines: answers.flat().filter(({ points }) => points.length > 0),
  };
}
