import { hostname } from "node:os";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import type { TracingSettings } from "../config/tracing.ts";

// Loaded only by a process that exports: OpenTelemetry's packages cost 25 MB and a tenth of a second.

/** Sends spans as OTLP over HTTP. Whatever else the specification's variables say (headers, certificates, compression) is followed. */
export function otlpExporter(endpoint: string, timeoutMilliseconds: number) {
  return new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces`, timeoutMillis: timeoutMilliseconds });
}

/** What this process is. `OTEL_RESOURCE_ATTRIBUTES` adds to it, such as the environment. */
export function processResource({ serviceName }: TracingSettings, version: string) {
  const own = { "service.name": serviceName, "service.version": version, "service.instance.id": hostname() };
  return detectResources({ detectors: [envDetector] }).merge(resourceFromAttributes(own));
}
