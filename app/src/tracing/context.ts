import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
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

/** Outside every trace. */
const outside = new AsyncResource("trace", { requireManualDestroy: true });

/**
 * Runs work in a trace, and leaves the caller's context as it was: on a keep-alive connection the trace would otherwise go on into the
 * next request. Not by `storage.run`, which makes a second context to go back to, and leaves the connection in that one.
 */
export const inTrace = <T>(trace: Trace, work: () => T): T => outside.runInAsyncScope(enter<T>, undefined, trace, work);

function enter<T>(trace: Trace, work: () => T): T {
  storage.enterWith(trace);
  return work();
}

/** Makes a function that runs outside every trace: what it does is everybody's, and its log lines would name whoever came first. */
export const outsideTraces = (work: () => void): (() => void) => outside.bind(work);

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
export const traceFields = ({ traceId, spanId, sampled }: Trace) => ({ trace_id: traceId, span_id: spanId, sampled });
