import type { SpanKind } from "@opentelemetry/api";
import type { Logger } from "pino";
import type { TracingSettings } from "../config/tracing.ts";
import type { Instruments } from "../metrics/instruments.ts";
import { inTrace, type Trace, type TraceHeaders } from "./context.ts";
import { newSpanId, newTraceId } from "./ids.ts";
import { ratioSampler } from "./sampling.ts";
import { type Attributes, kinds, Span, type SpanSink } from "./span.ts";
import { createSpanQueue, type SpanQueue } from "./span-queue.ts";
import { parseTraceparent } from "./traceparent.ts";
import { acceptTracestate } from "./tracestate.ts";

/** Part of the shutdown's five seconds for what comes after the last request. */
const flushMilliseconds = 2_000;
const exportTimeoutMilliseconds = 5_000;

export interface TracingOptions {
  instruments: Pick<Instruments, "spansExported" | "spansDropped">;
  version: string;
  log: Pick<Logger, "info" | "warn">;
}

/** What describes a span, made only when there will be one. */
export interface SpanDescription {
  name: string;
  attributes: Attributes;
}

export interface Tracing {
  /** Begins this process' part of a trace: the caller's, or a new one where it named none that is valid. */
  begin(incoming: Partial<TraceHeaders> | undefined, kind: SpanKind, describe: () => SpanDescription): Trace;
  /** Runs a job as its part of the trace that it was sent in. */
  run<T>(incoming: TraceHeaders | undefined, describe: () => SpanDescription, job: () => Promise<T>): Promise<T>;
  /** Exports what waits, for two seconds at most. */
  close(): Promise<void>;
}

/**
 * Decides first and records after: most requests are not sampled, and cost two ids and a look-up. Without an endpoint nothing is
 * recorded; ids still run through, for logs and for services behind this one.
 */
export async function createTracing(settings: TracingSettings, options: TracingOptions): Promise<Tracing> {
  const { sink, queue } = settings.endpoint === undefined ? {} : await recorder(settings, settings.endpoint, options);
  const sampleRoot = sink ? ratioSampler(settings.sampleRatio) : () => false;

  function begin(incoming: Partial<TraceHeaders> | undefined, kind: SpanKind, describe: () => SpanDescription): Trace {
    const remote = parseTraceparent(incoming?.traceparent);
    const traceId = remote?.traceId ?? newTraceId();
    const trace: Trace = {
      traceId,
      spanId: newSpanId(),
      sampled: remote ? remote.sampled : sampleRoot(traceId),
      // Without its parent it speaks of nothing (W3C Trace Context, 3.3).
      tracestate: remote && acceptTracestate(incoming?.tracestate),
      span: undefined,
    };
    if (sink && trace.sampled) trace.span = new Span(sink, trace, { kind, ...describe(), parent: remote && { remote } });
    return trace;
  }

  return {
    begin,
    async run(incoming, describe, job) {
      const trace = begin(incoming, kinds.consumer, describe);
      try {
        return await inTrace(trace, job);
      } catch (error) {
        trace.span?.fail((error as Error).name);
        throw error;
      } finally {
        trace.span?.end();
      }
    },
    async close() {
      const lost = (await queue?.close(flushMilliseconds)) ?? 0;
      if (lost > 0) options.log.warn({ spans: lost }, "spans are lost: the collector was away at the end");
    },
  };
}

async function recorder(
  settings: TracingSettings,
  endpoint: string,
  { instruments, version, log }: TracingOptions,
): Promise<{ sink: SpanSink; queue: SpanQueue }> {
  const { otlpExporter } = await import("./exporter.ts");
  const queue = createSpanQueue({
    exporter: otlpExporter({ endpoint, settings, version, timeoutMilliseconds: exportTimeoutMilliseconds }),
    instruments,
    // One line for an outage, not one for each batch.
    report: (reason) => (reason === undefined ? log.info("spans are exported again") : log.warn({ reason }, "spans are not exported")),
    delayMilliseconds: settings.exportDelayMilliseconds,
    timeoutMilliseconds: exportTimeoutMilliseconds + 500,
  });
  return { sink: { add: queue.add }, queue };
}
