import { AsyncLocalStorage } from "node:async_hooks";
import type { Span } from "./span.ts";
import { formatTraceparent } from "./traceparent.ts";

/** Where in which trace the running work is. Every request has one; only a recorded one has a span. */
export interface Trace {
  traceId: string;
  spanId: string;
  sampled: boolean;
  /** The caller's vendors' own words, handed on unread. */
  tracestate?: string;
  span?: Span;
}

const storage = new AsyncLocalStorage<Trace>();

/** The trace of whatever runs now. */
export const currentTrace = (): Trace | undefined => storage.getStore();

/** Runs work in a trace. Never `enterWith`: on a keep-alive connection its trace would go on into the next request. */
export const inTrace = <T>(trace: Trace, work: () => T): T => storage.run(trace, work);

/** What a job or an outgoing call takes along, so that its part joins the trace of the running work. */
export interface TraceHeaders {
  traceparent: string;
  tracestate?: string;
}

export function traceHeaders(): TraceHeaders | undefined {
  const trace = currentTrace();
  return trace && { traceparent: formatTraceparent(trace), ...(trace.tracestate !== undefined && { tracestate: trace.tracestate }) };
}

/** Fields of a log line; whoever reads a trace finds its lines by them, and the other way round. */
export function traceFields(trace: Trace | undefined): object {
  return trace ? { trace_id: trace.traceId, span_id: trace.spanId, sampled: trace.sampled } : {};
}
