import * as z from "zod";
import * as field from "../fields.ts";
import { alertRoutes } from "./alert-routes.ts";

const query = (what: string) =>
  field
    .plainText('sum(increase(links_created_total{namespace="$namespace",job="$service"}[$window]))')
    .describe(`PromQL for ${what} in [$window]; $namespace and $service are filled in.`);

const ratio = z.strictObject({
  name: field.dnsLabel("created-links").describe("Label `objective` of its series and alerts."),
  target: field.number(50, 99.999, "a percentage below 100, such as 99.9,").describe("Percent of events that must be good."),
  events: query("the number of events"),
  badEvents: query("the number of bad ones among them"),
  badEventText: field.plainText("were not delivered").optional().describe("What a bad event is, as the end of a sentence. Defaults to `were bad`."),
});

export const objectives = z
  .strictObject({
    windowDays: z
      .union([z.literal(7), z.literal(28), z.literal(30)], { error: "give 7, 28 or 30" })
      .default(30)
      .describe("Days over which the objectives hold."),
    minimumEvents: field.count(1, 1_000_000).optional().describe("Requests below which alerts stay silent. Defaults to 100."),
    availability: z
      .strictObject({ target: field.number(50, 99.999, "a percentage below 100, such as 99.9,").default(99.5).describe("Percent of requests without a 5xx.") })
      .prefault({})
      .describe("Requests that must not fail."),
    latency: z
      .strictObject({
        target: field.number(50, 99.999, "a percentage below 100, such as 99,").default(99).describe("Percent of requests within the threshold."),
        thresholdMilliseconds: field.number(1, 10000, "milliseconds").default(250).describe("The threshold; a bucket of the histogram."),
      })
      .prefault({})
      .describe("Requests that must be quick."),
    ratios: z
      .array(ratio, { error: "write a list of objectives, each with name, target, events and badEvents" })
      .default([])
      .describe("Other shares that must hold."),
  })
  .describe("What the service promises.");

export const alerts = z
  .strictObject({
    runbookUrl: field
      .webAddress("https://wiki.example.org/runbooks")
      .optional()
      .describe("Where the runbooks are read; `/<AlertName>.md` is added. Defaults to this repository's."),
    ruleLabels: field.labels("release: kube-prometheus-stack").default({}).describe("Labels by which the operator selects rules and monitors."),
    routes: alertRoutes.optional(),
  })
  .describe("Rules for Prometheus.");

export const dashboards = z
  .strictObject({
    folder: field.plainText("links").optional().describe("Grafana folder. Defaults to the service's name."),
    grafanaUrl: field
      .webAddress("https://grafana.example.org")
      .optional()
      .describe("Where Grafana is opened; alerts then link to their dashboard. Defaults to no link."),
    logs: field.flag
      .default(false)
      .describe("Whether Grafana reads a Loki that has the cluster's logs, as infra/platform sets it up; the service's dashboard then shows them."),
    labels: field.labels('grafana_dashboard: "1"').default({ grafana_dashboard: "1" }).describe("Labels by which Grafana's sidecar finds them."),
  })
  .describe("Dashboards for Grafana.");
