import { hostname } from "node:os";
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from "@opentelemetry/otlp-exporter-base/node-http";
import { detectResources, envDetector } from "@opentelemetry/resources";
import type { TracingSettings } from "../config/tracing.ts";
import { otlpWriter } from "./otlp-json.ts";
import type { Attributes, Span } from "./span.ts";
import type { SpanExporter } from "./span-queue.ts";

// Loaded only by a process that exports: OpenTelemetry's packages cost 25 MB and a tenth of a second.

export interface ExporterOptions {
  endpoint: string;
  settings: Pick<TracingSettings, "serviceName">;
  version: string;
  timeoutMilliseconds: number;
}

/**
 * Sends spans as OTLP over HTTP. Whatever else the specification's variables say (headers, certificates, compression) is followed:
 * all but the text itself is OpenTelemetry's exporter.
 */
export function otlpExporter({ endpoint, settings, version, timeoutMilliseconds }: ExporterOptions): SpanExporter {
  const options = { url: `${endpoint.replace(/\/$/, "")}/v1/traces`, timeoutMillis: timeoutMilliseconds };
  const serializer = {
    serializeRequest: otlpWriter({ resource: processResource(settings, version), scope: { name: "links", version } }),
    deserializeResponse: () => ({}),
  };
  return createOtlpHttpExportDelegate<Span[], object>(
    convertLegacyHttpOptions(options, "TRACES", "v1/traces", { "Content-Type": "application/json" }),
    serializer,
    "otlp_http_span_exporter",
    { name: "span", countItems: (spans: Span[]) => spans.length },
    undefined,
  );
}

/** What this process is. `OTEL_RESOURCE_ATTRIBUTES` adds to it, such as the environment. */
function processResource({ serviceName }: ExporterOptions["settings"], version: string): Attributes {
  const own = { "service.name": serviceName, "service.version": version, "service.instance.id": hostname() };
  return { ...(detectResources({ detectors: [envDetector] }).attributes as Record<string, string>), ...own };
}
