import type { Attributes, Span } from "./span.ts";

/** OTLP's flags of a span: W3C's sampled bit, "it is known whether the parent is remote", and that it is. */
const flags = { sampled: 0x1, remoteIsKnown: 0x100, remote: 0x200 };
const localParent = flags.sampled | flags.remoteIsKnown;
const unset = 0;
const failed = 2;

/** What is the same for all spans of a process. */
export interface SpanSource {
  resource: Attributes;
  scope: { name: string; version: string };
}

/**
 * Makes a writer of batches as OTLP's JSON (ExportTraceServiceRequest of opentelemetry-proto 1.x). OpenTelemetry's own builds a tree
 * of objects of a batch first, which costs ten times as much; what a default says is left out.
 */
export function otlpWriter({ resource, scope }: SpanSource): (spans: Span[]) => Buffer {
  const head = `{"resourceSpans":[{"resource":{"attributes":${attributesText(resource)}},"scopeSpans":[{"scope":${JSON.stringify(scope)},"spans":[`;
  return (spans) => Buffer.from(`${head}${spans.map(spanText).join(",")}]}]}]}`);
}

/** Ids are our own or were checked when they came in: they need no escapes. */
function spanText(span: Span): string {
  const { traceId, spanId, parentSpanId, tracestate, failure } = span;
  let text = `{"traceId":"${traceId}","spanId":"${spanId}"`;
  if (parentSpanId !== undefined) text += `,"parentSpanId":"${parentSpanId}"`;
  if (tracestate !== undefined) text += `,"traceState":${JSON.stringify(tracestate)}`;
  // OTLP counts kinds from one on, for a zero is one that is not known.
  text += `,"name":${JSON.stringify(span.name)},"kind":${span.kind + 1}`;
  text += `,"startTimeUnixNano":"${nanoseconds(span.startTime)}","endTimeUnixNano":"${nanoseconds(span.endTime)}"`;
  text += `,"attributes":${attributesText(span.attributes, failure)}`;
  return `${text},"status":{"code":${failure === undefined ? unset : failed}},"flags":${span.remoteParent ? localParent | flags.remote : localParent}}`;
}

/** Milliseconds with fractions as whole nanoseconds, which are more than a number holds. */
export function nanoseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const rest = Math.round((milliseconds - whole) * 1e6);
  return rest === 1e6 ? `${whole + 1}000000` : `${whole}${`${rest}`.padStart(6, "0")}`;
}

function attributesText(attributes: Attributes, failure?: string): string {
  let text = "";
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined) text += `${text === "" ? "" : ","}{"key":${JSON.stringify(key)},"value":${valueText(value)}}`;
  }
  if (failure !== undefined) text += `${text === "" ? "" : ","}{"key":"error.type","value":{"stringValue":${JSON.stringify(failure)}}}`;
  return `[${text}]`;
}

function valueText(value: string | number): string {
  if (typeof value === "string") return `{"stringValue":${JSON.stringify(value)}}`;
  return Number.isInteger(value) ? `{"intValue":${value}}` : `{"doubleValue":${value}}`;
}
