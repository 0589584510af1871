import * as z from "zod";
import * as field from "../fields.ts";

const endpointMend = "write scheme, host and port of a collector that takes OTLP over HTTP, such as http://otel-collector.observability:4318";

export const tracing = z
  .strictObject({
    endpoint: z
      .string({ error: endpointMend })
      .refine(isEndpoint, { error: endpointMend })
      .describe("Collector in the cluster that takes spans by OTLP over HTTP: scheme, host and port."),
    namespace: field.dnsLabel("observability").default("observability").describe("Namespace of its pods, the only one that spans may be sent to."),
    sampleRatio: field.number(0, 1, "a share").default(0.1).describe("Share of the traces begun here that is recorded. A caller's decision is followed."),
  })
  .describe("Traces of the application. Left out, none are recorded; log lines and jobs carry ids all the same.");

/** The port is asked for: the network policy opens it, and a port that is guessed is a policy that closes. */
function isEndpoint(text: string): boolean {
  return /^https?:\/\/[^/?#@\s]+:\d{1,5}\/?$/.test(text) && URL.canParse(text);
}
