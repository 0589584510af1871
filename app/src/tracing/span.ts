import type { Attributes, HrTime, Link, SpanContext, SpanKind, SpanStatus } from "@opentelemetry/api";
import type { ReadableSpan, TimedEvent } from "@opentelemetry/sdk-trace";
import type { Trace } from "./context.ts";
import { newSpanId } from "./ids.ts";

/** OpenTelemetry's numbers. Its own enumerations would load the whole API package for these. */
export const kinds = { server: 1, client: 2, consumer: 4 } as const satisfies Record<string, SpanKind>;
const statuses = { unset: 0, error: 2 } as const;
const sampledFlag = 1;

/** What is the same for all spans of a process, and where they go when they end. */
export interface SpanSink {
  resource: ReadableSpan["resource"];
  scope: ReadableSpan["instrumentationScope"];
  add(span: Span): void;
}

/** Whose child a span is: a caller elsewhere, or a span of this process. */
type Parent = { remote: { traceId: string; spanId: string } } | { local: Span };

export interface SpanStart {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  parent?: Parent;
}

const noLinks: Link[] = [];
const noEvents: TimedEvent[] = [];

/**
 * A recorded span, in the shape that OpenTelemetry's exporters read. The SDK's own span does more (limits, links, events, late
 * names) and costs four times as much; nothing here needs it.
 */
export class Span implements ReadableSpan {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly resource: ReadableSpan["resource"];
  readonly instrumentationScope: ReadableSpan["instrumentationScope"];
  readonly links = noLinks;
  readonly events = noEvents;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  name: string;
  endTime: HrTime = [0, 0];
  duration: HrTime = [0, 0];
  ended = false;
  status: SpanStatus = { code: statuses.unset };
  private readonly context: SpanContext;
  private readonly sink: SpanSink;
  /** Milliseconds between the monotonic clock and the calendar's. A trace keeps its first, or a clock that is set would put children before parents. */
  private readonly clockOffset: number;
  private readonly started: number;

  constructor(sink: SpanSink, trace: Pick<Trace, "traceId" | "tracestate"> & { spanId: string }, { name, kind, attributes, parent }: SpanStart) {
    this.sink = sink;
    this.name = name;
    this.kind = kind;
    this.attributes = attributes;
    this.resource = sink.resource;
    this.instrumentationScope = sink.scope;
    this.started = performance.now();
    this.clockOffset = parent && "local" in parent ? parent.local.clockOffset : Date.now() - this.started;
    this.startTime = timeOf(this.clockOffset + this.started);
    this.context = contextOf(trace);
    if (parent) this.parentSpanContext = "local" in parent ? parent.local.context : { ...parent.remote, traceFlags: sampledFlag, isRemote: true };
  }

  spanContext(): SpanContext {
    return this.context;
  }

  /** Begins a span below this one. */
  child(name: string, kind: SpanKind, attributes: Attributes): Span {
    const { traceId } = this.context;
    return new Span(this.sink, { traceId, spanId: newSpanId() }, { name, kind, attributes, parent: { local: this } });
  }

  /** Marks the span as failed. The kind of error only: messages of databases quote values. */
  fail(type: string): void {
    this.attributes["error.type"] = type;
    this.status = { code: statuses.error };
  }

  /** Ends the span and hands it on. A second call does nothing. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    const now = performance.now();
    this.endTime = timeOf(this.clockOffset + now);
    this.duration = timeOf(now - this.started);
    this.sink.add(this);
  }
}

function contextOf({ traceId, spanId, tracestate }: Pick<Trace, "traceId" | "spanId" | "tracestate">): SpanContext {
  if (tracestate === undefined) return { traceId, spanId, traceFlags: sampledFlag };
  // Exporters only ever write it out.
  return { traceId, spanId, traceFlags: sampledFlag, traceState: { serialize: () => tracestate } as SpanContext["traceState"] };
}

/** Milliseconds as whole seconds and nanoseconds. */
function timeOf(milliseconds: number): HrTime {
  const seconds = Math.trunc(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1e6)];
}
