import type { SpanKind } from "@opentelemetry/api";
import type { Trace } from "./context.ts";
import { newSpanId } from "./ids.ts";

/** OpenTelemetry's numbers. Its own enumerations would load the whole API package for these. */
export const kinds = { server: 1, client: 2, consumer: 4 } as const satisfies Record<string, SpanKind>;

/** What a span says of its work. One that is undefined is left out. */
export type Attributes = Record<string, string | number | undefined>;

/** Where spans go when they end. */
export interface SpanSink {
  add(span: Span): void;
}

/** Whose child a span is: a caller elsewhere, or a span of this process. */
type Parent = { remote: { spanId: string } } | { local: Span };

export interface SpanStart {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  parent?: Parent;
}

/**
 * A recorded span: what is sent of it, as it comes. The SDK's own span does more (limits, links, events, late names) and costs many
 * times as much; nothing here needs it.
 */
export class Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly tracestate: string | undefined;
  readonly parentSpanId: string | undefined;
  /** Whether the parent is another process' span. */
  readonly remoteParent: boolean;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  name: string;
  /** What kind of error ended it. Undefined for a success. */
  failure: string | undefined = undefined;
  /** Milliseconds since 1970, to the microsecond. */
  readonly startTime: number;
  /** Likewise; 0 before its end. */
  endTime = 0;
  private readonly sink: SpanSink;
  /** Milliseconds between the monotonic clock and the calendar's. A trace keeps its first, or a clock that is set would put children before parents. */
  private readonly clockOffset: number;

  constructor(
    sink: SpanSink,
    { traceId, spanId, tracestate }: Pick<Trace, "traceId" | "spanId" | "tracestate">,
    { name, kind, attributes, parent }: SpanStart,
  ) {
    const local = parent && "local" in parent ? parent.local : undefined;
    this.sink = sink;
    this.traceId = traceId;
    this.spanId = spanId;
    this.tracestate = tracestate;
    this.parentSpanId = parent && "remote" in parent ? parent.remote.spanId : local?.spanId;
    this.remoteParent = parent !== undefined && local === undefined;
    this.name = name;
    this.kind = kind;
    this.attributes = attributes;
    const now = performance.now();
    this.clockOffset = local ? local.clockOffset : Date.now() - now;
    this.startTime = this.clockOffset + now;
  }

  get ended(): boolean {
    return this.endTime !== 0;
  }

  /** Begins a span below this one. */
  child(name: string, kind: SpanKind, attributes: Attributes): Span {
    return new Span(this.sink, { traceId: this.traceId, spanId: newSpanId() }, { name, kind, attributes, parent: { local: this } });
  }

  /** Marks the span as failed. The kind of error only: messages of databases quote values. */
  fail(type: string): void {
    this.failure = type;
  }

  /** Ends the span and hands it on. A second call does nothing. */
  end(): void {
    if (this.ended) return;
    this.endTime = this.clockOffset + performance.now();
    this.sink.add(this);
  }
}
