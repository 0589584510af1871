import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "./http.ts";
import { eventually } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { thisStack } from "./this-stack.ts";

interface JaegerSpan {
  spanID: string;
  operationName: string;
  processID: string;
  references: { spanID: string }[];
}

const stack = thisStack();
const { telemetry } = stack.cluster;
if (!telemetry) console.warn("SKIPPED: no trace was followed: name a collector, Jaeger and Loki by SLIPWAY_E2E_TRACES (test/e2e/README.md).");

let client: Client;
beforeAll(async () => {
  if (!telemetry) return;
  await stack.ensureUp();
  client = await stack.client();
});
afterAll(() => client?.close());

describe.skipIf(!telemetry)("a caller's trace", () => {
  const caller = randomBytes(8).toString("hex");
  const ask = async (traceId: string, sampled: boolean) => {
    const slug = await slugOf(client);
    const traceparent = `00-${traceId}-${caller}-${sampled ? "01" : "00"}`;
    expect((await client.ask("GET", `/${slug}`, { headers: { traceparent } })).status).toBe(302);
  };
  const spansOf = async (traceId: string): Promise<{ spans: JaegerSpan[]; processes: Record<string, { serviceName: string }> } | undefined> => {
    const answer = (await (await fetch(`${telemetry!.jaeger}/api/traces/${traceId}`)).json()) as { data: [never] | null };
    return answer.data?.[0];
  };
  const linesOf = async (traceId: string): Promise<string[]> => {
    const query = encodeURIComponent(`{k8s_namespace_name="${stack.namespace}"} |= "${traceId}"`);
    const answer = (await (await fetch(`${telemetry!.loki}/loki/api/v1/query_range?since=10m&query=${query}`)).json()) as {
      data: { result: { values: [string, string][] }[] };
    };
    return answer.data.result.flatMap(({ values }) => values.map(([, text]) => text));
  };

  test("goes on in the service, its stores below it, and stands in the log line of the request", async () => {
    const traceId = randomBytes(16).toString("hex");
    await ask(traceId, true);
    await eventually("the spans are stored", 60, async () => {
      const { spans, processes } = (await spansOf(traceId))!;
      const request = spans.find(({ operationName }) => operationName === "GET /:slug")!;
      expect(request.references.map(({ spanID }) => spanID)).toEqual([caller]);
      expect(processes[request.processID]!.serviceName).toBe(stack.service);
      const below = spans.filter(({ references }) => references.some(({ spanID }) => spanID === request.spanID));
      expect(below.length).toBeGreaterThan(0);
      return true;
    });
    await eventually("the line is stored", 60, async () => {
      expect((await linesOf(traceId)).map((text) => JSON.parse(text))).toEqual([expect.objectContaining({ trace_id: traceId, sampled: true, status: 302 })]);
      return true;
    });
  });

  test("that is not recorded leaves no span, and its id in the log line", async () => {
    const traceId = randomBytes(16).toString("hex");
    await ask(traceId, false);
    await eventually("the line is stored", 60, async () => {
      expect((await linesOf(traceId)).map((text) => JSON.parse(text))).toEqual([expect.objectContaining({ trace_id: traceId, sampled: false })]);
      return true;
    });
    expect(await spansOf(traceId)).toBeUndefined();
  });
});
