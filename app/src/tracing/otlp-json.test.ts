import { type HrTime, TraceFlags } from "@opentelemetry/api";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nanoseconds, otlpWriter, type SpanSource } from "./otlp-json.ts";
import { kinds, Span } from "./span.ts";

const source: SpanSource = { resource: { "service.name": 'links "quoted"', "service.version": "7" }, scope: { name: "links", version: "7" } };
const resource = resourceFromAttributes(source.resource as Record<string, string>);
const ofWriter = (spans: Span[]) => JSON.parse(otlpWriter(source)(spans).toString());

const digits = (length: number) => fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const text = fc.string({ unit: "binary", maxLength: 20 });
const anySpan = fc
  .record({
    traceId: digits(32),
    spanId: digits(16),
    caller: digits(16),
    tracestate: fc.option(fc.constant("vendor=x,other=y"), { nil: undefined }),
    name: text,
    attributes: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
    failure: fc.option(text, { nil: undefined }),
    parent: fc.constantFrom("none", "remote", "local"),
  })
  .map(({ traceId, spanId, caller, tracestate, name, attributes, failure, parent }) => {
    const sink = { add: () => {} };
    const top = new Span(
      sink,
      { traceId, spanId, tracestate },
      { name, kind: kinds.server, attributes, parent: parent === "none" ? undefined : { remote: { spanId: caller } } },
    );
    const span = parent === "local" ? top.child(name, kinds.client, attributes) : top;
    if (failure !== undefined) span.fail(failure);
    span.end();
    return span;
  });

/** The same span in the form that OpenTelemetry's own exporters read. */
function asReadable(span: Span): ReadableSpan {
  const time = (milliseconds: number): HrTime => {
    const all = nanoseconds(milliseconds);
    return [Number(all.slice(0, -9)), Number(all.slice(-9))];
  };
  const { traceId, spanId, parentSpanId, tracestate, failure } = span;
  const context = {
    traceId,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
    ...(tracestate !== undefined && { traceState: { serialize: () => tracestate } as never }),
  };
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => context,
    parentSpanContext: parentSpanId === undefined ? undefined : { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED, isRemote: span.remoteParent },
    startTime: time(span.startTime),
    endTime: time(span.endTime),
    duration: [0, 0],
    ended: true,
    status: { code: failure === undefined ? 0 : 2 },
    attributes: { ...span.attributes, ...(failure !== undefined && { "error.type": failure }) },
    links: [],
    events: [],
    resource,
    instrumentationScope: source.scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Without what says the default: in OTLP's JSON, as in all of protobuf, a zero and an empty list are as good as absent. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== "object" || value === null) return value;
  const dropped = ["droppedAttributesCount", "droppedEventsCount", "droppedLinksCount", "events", "links"];
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => {
      return dropped.includes(key) ? [] : [[key, withoutDefaults(member)]];
    }),
  );
}

describe("OTLP's JSON", () => {
  it("says what OpenTelemetry's own serializer says of the same spans, whatever they hold", () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 4 }), (spans) => {
        const expected = JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest(spans.map(asReadable))!).toString());
        expect(ofWriter(spans)).toEqual(withoutDefaults(expected));
      }),
      { numRuns: 300 },
    );
  });

  it("leaves out an attribute that is undefined", () => {
    const span = new Span(
      { add: () => {} },
      { traceId: "a".repeat(32), spanId: "b".repeat(16) },
      { name: "x", kind: kinds.server, attributes: { a: undefined, b: 1 } },
    );
    expect(ofWriter([span]).resourceSpans[0].scopeSpans[0].spans[0].attributes).toEqual([{ key: "b", value: { intValue: 1 } }]);
  });

  it.each([
    [1_763_750_000_000, "1763750000000000000"],
    [1_763_750_000_000.5, "1763750000000500000"],
    [1_763_750_000_000.0625, "1763750000000062500"],
    // The rest would round up to a whole millisecond.
    [0.999_999_9, "1000000"],
  ])("writes %d ms as nanoseconds", (milliseconds, expected) => expect(nanoseconds(milliseconds)).toBe(expected));
});
