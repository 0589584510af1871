import * as z from "zod";
import * as field from "../fields.ts";

export const service = z
  .strictObject({
    name: field.dnsLabel("links", 40).describe("Name of the service, of its workload and its database."),
    owner: field.labelValue("team-links").describe("Team that owns it; a label on every object."),
    email: field.email.describe("Mail address of that team; an annotation on every object."),
  })
  .describe("Who the service is.");

export const cluster = z
  .strictObject({
    context: field.plainText("my-cluster").optional().describe("Context of the kubeconfig. Defaults to the current one."),
    identifier: field
      .plainText("prod")
      .describe("Name of the cluster. Only its change makes everything anew; a new kubeconfig for the same cluster changes nothing."),
    ingressNamespace: field.dnsLabel("traefik").default("traefik").describe("Namespace of the ingress controller, the only one let in from outside."),
    monitoringNamespace: field.dnsLabel("monitoring").default("monitoring").describe("Namespace of Prometheus, the only one that may read metrics."),
    prometheusOperator: field.flag
      .default(true)
      .describe("Whether the Prometheus operator runs there. False: rules as ConfigMaps, Services found by annotations."),
    scrapeInterval: field.scrapeInterval.default("30s").describe("Time between two scrapes."),
  })
  .describe("What the cluster is and offers.");
