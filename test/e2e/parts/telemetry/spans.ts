import { createHash } from "node:crypto";
import { nodeIn } from "../../kubernetes.ts";

export interface TraceKind {
  /** First digits of the traces' ids, by which they are told apart. */
  prefix: string;
  traces: number;
  spansEach?: number;
  milliseconds: number;
  failed?: boolean;
}

/** As random as real ones are: the share of traces that is kept is taken by a hash to which ids that only count up are one and the same. */
export const traceId = (prefix: string, index: number) => prefix + createHash("sha256").update(`${index}`).digest("hex").slice(prefix.length, 32);

/** Sends traces of a kind from a pod by OTLP over HTTP, and gives the statuses of the answers with how often each came. */
export function sendTraces(namespace: string, pod: string, endpoint: string, kind: TraceKind): Promise<Record<string, number>> {
  const script = `
    import { createHash } from "node:crypto";
    const { prefix, traces, spansEach = 1, milliseconds, failed } = ${JSON.stringify(kind)};
    const statuses = {};
    const hex = (number, length) => number.toString(16).padStart(length, "0");
    const now = BigInt(Date.now() - milliseconds) * 1000000n;
    const span = (trace, index) => ({
      traceId: prefix + createHash("sha256").update(String(trace)).digest("hex").slice(prefix.length, 32), spanId: hex(trace * spansEach + index + 1, 16), name: index === 0 ? "GET /:slug" : "links_read", kind: 2,
      ...(index > 0 && { parentSpanId: hex(trace * spansEach + 1, 16) }),
      startTimeUnixNano: String(now), endTimeUnixNano: String(now + BigInt(milliseconds) * 1000000n),
      status: failed ? { code: 2 } : {}, attributes: [{ key: "filler", value: { stringValue: "x".repeat(300) } }],
    });
    const attributes = [{ key: "service.name", value: { stringValue: "links" } }, { key: "k8s.namespace.name", value: { stringValue: ${JSON.stringify(namespace)} } }];
    for (let from = 0; from < traces; from += 50) {
      const spans = Array.from({ length: Math.min(50, traces - from) }, (_, index) => Array.from({ length: spansEach }, (_, child) => span(from + index, child))).flat();
      const body = JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] });
      const status = await fetch(${JSON.stringify(endpoint)} + "/v1/traces", { method: "POST", headers: { "content-type": "application/json" }, body, signal: AbortSignal.timeout(20000) })
        .then((response) => response.status, (error) => error.message);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    console.log(JSON.stringify(statuses));`;
  return nodeIn(namespace, pod, script);
}
