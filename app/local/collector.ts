import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A span as OTLP's JSON has it, with its attributes as a map. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code: number; message?: string };
  attributes: Record<string, string | number>;
}

export interface Collector {
  endpoint: string;
  spans: ReceivedSpan[];
  /** What came with the spans: who sent them. */
  resource: Record<string, string | number>;
  /** How it treats what comes: takes it, refuses it, or accepts the connection and never answers. */
  behavior: "takes" | "refuses" | "hangs";
  close(): Promise<void>;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}
type Received = Omit<ReceivedSpan, "attributes"> & { attributes: Attribute[] };
const mapOf = (attributes: Attribute[]) => Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue!]));

/** Receives OTLP over HTTP on this machine, as a collector would. */
export async function localCollector(): Promise<Collector> {
  const server: Server = createServer(async (request, response) => {
    if (collector.behavior === "hangs") return;
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.url !== "/v1/traces" || collector.behavior === "refuses") return void response.writeHead(400).end();
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      Object.assign(collector.resource, mapOf(resource.attributes));
      for (const { spans } of scopeSpans as { spans: Received[] }[])
        collector.spans.push(...spans.map((span) => ({ ...span, attributes: mapOf(span.attributes) })));
    }
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const collector: Collector = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    resource: {},
    behavior: "takes",
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return collector;
}
