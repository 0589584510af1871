import * as z from "zod";
import { images as catalogue, type ImageName } from "../components/images.ts";
import * as field from "./fields.ts";

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
    scrapeInterval: z
      .string({ error: "write a time, such as 30s" })
      .regex(/^[1-9]\d*(s|m)$/, { error: "write a time, such as 30s" })
      .default("30s")
      .describe("Time between two scrapes."),
  })
  .describe("What the cluster is and offers.");

export const image = z
  .strictObject({
    reference: field.imageReference.optional().describe("An image that CI has built, by digest."),
    build: z
      .strictObject({
        repository: field.repository.describe("Where the built image goes, without tag."),
        tag: field.plainText("1.4.0").default("latest").describe("Tag to push; pods are pinned to the digest all the same."),
        push: field.flag.default(true).describe("Whether to push. A cluster that shares this machine's image store needs none."),
      })
      .optional()
      .describe("How to build the image now, with the Docker that runs here."),
  })
  .describe("The application's image: built before, or built now.");

export const images = z
  .partialRecord(z.enum(Object.keys(catalogue) as [ImageName, ...ImageName[]]), field.imageReference, { error: "map names of the catalogue to images" })
  .describe("Other images for what the library runs, as from a mirror.");

const resources = (cpuExample: string, memoryExample: string) =>
  z.strictObject({
    cpu: field.cpu(cpuExample).describe("CPU request."),
    cpuLimit: field.cpu("1").optional().describe("CPU limit. Defaults to six times the request."),
    memory: field.memory(memoryExample).describe("Memory, request and limit."),
  });

export const web = z
  .strictObject({
    replicas: z
      .strictObject({
        min: field.count(1, 1000).default(2).describe("Fewest replicas."),
        max: field.count(1, 1000).default(4).describe("Most replicas."),
      })
      .prefault({})
      .describe("How many replicas."),
    scaling: z
      .strictObject({
        cpuPercent: field.count(1, 100).default(75).describe("CPU in use, in percent of the request, above which replicas are added."),
        memoryPercent: field.count(1, 100).default(85).describe("Memory in use, likewise."),
      })
      .prefault({})
      .describe("When to add replicas."),
    resources: resources("100m", "192Mi").prefault({ cpu: "100m", memory: "192Mi" }).describe("What one replica may use."),
    drain: z
      .strictObject({
        preStopSeconds: field.count(0, 60).default(5).describe("Seconds between removal from the Service and the stop signal."),
        shutdownSeconds: field.count(1, 3600).default(20).describe("Seconds for requests in flight after the stop signal."),
      })
      .prefault({})
      .describe("How a replica leaves. Both and five seconds more are its grace period."),
    requestTimeoutSeconds: field.count(1, 3600).default(15).describe("Longest a request may take. Must fit into the drain."),
    rolloutDeadlineSeconds: field.count(30, 590).default(300).describe("Longest time without progress before a rollout has failed."),
    migrationDeadlineSeconds: field
      .count(30, 86_400)
      .default(300)
      .describe("Longest time for the migrations of an update, the pull of their image included. After it the update has failed, and the old version stays."),
    logLevel: field.oneOf(["debug", "info", "warn", "error"]).default("info").describe("Least level that is logged."),
    trustedProxies: z
      .array(field.cidr, { error: "list address ranges, such as [10.244.0.0/16]" })
      .default([])
      .describe("Ranges of the ingress controller's pods, whose word on a client's address is believed. Empty: nobody's, and all clients share one limit."),
    rateLimits: z
      .strictObject({
        create: field.rateLimit.default("30/60").describe("Requests/seconds per client that create or delete."),
        read: field.rateLimit.default("300/60").describe("Requests/seconds per client that read."),
        redirect: field.rateLimit.default("3000/60").describe("Requests/seconds per client that follow a link."),
      })
      .prefault({})
      .describe("Limits per client, kept by all replicas together."),
  })
  .describe("The application's workload.");

export const postgres = z
  .strictObject({
    storage: field.memory("20Gi").default("10Gi").describe("Size of the volume."),
    storageClass: field.plainText("gp3").optional().describe("Storage class. Defaults to the cluster's own."),
    resources: resources("250m", "512Mi").prefault({ cpu: "250m", memory: "512Mi" }).describe("What the server may use."),
    maxConnections: field.count(10, 5000).optional().describe("Most connections. Defaults to what all replicas' pools need, at least 100."),
    passwordVersion: field.count(1, 1_000_000).default(1).describe("Add 1 to rotate the passwords without an outage."),
  })
  .describe("The database.");

const redisServer = (maxMemory: string, memory: string) => ({
  maxMemory: field.memory(maxMemory).default(maxMemory).describe("Most memory for data."),
  memory: field.memory(memory).default(memory).describe("Memory of the container."),
  cpu: field.cpu("50m").default("20m").describe("CPU request."),
});

export const redis = z
  .strictObject({
    cache: z.strictObject(redisServer("64Mi", "96Mi")).prefault({}).describe("What may be lost at any time."),
    state: z
      .strictObject({ ...redisServer("64Mi", "128Mi"), storage: field.memory("1Gi").default("1Gi").describe("Size of the volume.") })
      .prefault({})
      .describe("What must not be lost, such as the counters of rate limits."),
    passwordVersion: field.count(1, 1_000_000).default(1).describe("Add 1 for new passwords; servers and application restart."),
  })
  .describe("The two Redis servers.");

export const ingress = z
  .strictObject({
    host: field.host.describe("Public host name."),
    className: field.dnsLabel("traefik").default("traefik").describe("Ingress class of a Traefik controller."),
    awaitAddress: field.flag.default(true).describe("Whether an update waits for the controller to publish an address."),
    issuer: z
      .strictObject({
        kind: field.oneOf(["selfSigned", "acme", "existing"]).describe("Where the certificate comes from."),
        email: field.email.optional().describe("For acme: whom the authority warns."),
        server: field.oneOf(["production", "staging"]).optional().describe("For acme: Let's Encrypt's production (the default) or staging."),
        name: field.dnsLabel("letsencrypt").optional().describe("For existing: the ClusterIssuer."),
      })
      .prefault({ kind: "selfSigned" })
      .describe("Where the certificate comes from."),
  })
  .describe("The way in from the internet.");

export const backups = z
  .strictObject({
    store: field.oneOf(["inCluster", "aws"]).default("inCluster").describe("S3 inside the cluster, for development, or on AWS."),
    bucket: z
      .string({ error: "name a bucket, such as example-links-backups" })
      .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, { error: "use 3 to 63 lower-case letters, digits and -, such as example-links-backups" })
      .optional()
      .describe("Name of the bucket; on AWS unique in the world. Defaults to <service>-backups."),
    region: z
      .string({ error: "name a region, such as eu-central-1" })
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "name a region, such as eu-central-1" })
      .optional()
      .describe("For aws: region of the bucket."),
    storage: field.memory("2Gi").default("2Gi").describe("For inCluster: size of the volume."),
    schedule: field.schedule.default("17 3 * * *").describe("When, as a cron expression in UTC."),
    retentionDays: field.count(1, 3650).default(7).describe("Days that a backup stays."),
    objectLock: field.oneOf(["governance", "compliance"]).optional().describe("For aws: who may delete a backup before its time."),
    podIdentityCluster: field
      .plainText("prod")
      .optional()
      .describe("For aws: EKS cluster whose Pod Identity gives the backup its role. Left out, it gets a key."),
  })
  .describe("Backups of the database.");

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
  })
  .describe("What the service promises.");

const stringMap = (mend: string) => z.record(z.string(), z.string({ error: mend }), { error: mend });

export const alerts = z
  .strictObject({
    ruleLabels: stringMap("write a map of labels, such as {release: kube-prometheus-stack}")
      .default({})
      .describe("Labels by which the operator selects rules and monitors."),
  })
  .describe("Rules for Prometheus.");

export const dashboards = z
  .strictObject({
    folder: field.plainText("links").optional().describe("Grafana folder. Defaults to the service's name."),
    labels: stringMap('write a map of labels, such as {grafana_dashboard: "1"}')
      .default({ grafana_dashboard: "1" })
      .describe("Labels by which Grafana's sidecar finds them."),
  })
  .describe("Dashboards for Grafana.");

export const secrets = z
  .strictObject({
    app: z
      .record(field.variableName, z.string({ error: "give a text" }), { error: "map variable names to secrets" })
      .default({})
      .describe("Secrets of the application by name; each is mounted as a file whose path is in <NAME>_FILE."),
  })
  .describe("Values set with --secret, and nothing else.");
