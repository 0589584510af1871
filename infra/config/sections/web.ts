import * as z from "zod";
import * as field from "../fields.ts";
import { containerResources } from "./container-resources.ts";

/** Each holds a pool of ten connections, and Postgres takes 5,000 at most. */
const mostReplicas = 400;

export const web = z
  .strictObject({
    replicas: z
      .strictObject({
        min: field.count(1, mostReplicas).default(2).describe("Fewest replicas."),
        max: field.count(1, mostReplicas).default(4).describe("Most replicas."),
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
    resources: containerResources("100m", "192Mi", "64Mi").prefault({ cpu: "100m", memory: "192Mi" }).describe("What one replica may use."),
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
