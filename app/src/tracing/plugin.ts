import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import plugin from "fastify-plugin";
import type { TracingSettings } from "../config/tracing.ts";
import { routeOf, statusOf } from "../metrics/http.ts";
import { inTrace, type Trace } from "./context.ts";
import { kinds, type Span } from "./span.ts";
import { createTracing, type Tracing } from "./tracing.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Left out where tracing is off. */
    tracing?: Tracing;
  }
  interface FastifyRequest {
    /** The request's part of its trace. Left out where tracing is off. */
    trace?: Trace;
  }
}

export interface TracingPluginOptions {
  settings: TracingSettings;
  version: string;
}

/** Gives every request its place in a trace. Registered before whatever is to run in it. */
export const tracing = plugin(async (app: FastifyInstance, { settings, version }: TracingPluginOptions) => {
  app.decorateRequest("trace", undefined);
  if (settings.disabled) return;
  const { instruments } = app.metrics;
  const made = await createTracing(settings, { instruments, version, log: app.log as never });
  app.decorate("tracing", made);

  app.addHook("onRequest", (request, reply, done) => {
    const { headers } = request.raw;
    const trace = made.begin(headers as Record<string, string>, kinds.server, () => ({
      name: request.method,
      attributes: { "http.request.method": request.method, "url.path": request.url.split("?", 1)[0] },
    }));
    request.trace = trace;
    // A WebSocket lasts for hours: its span would keep a collector that judges whole traces waiting, and would be lost with the process.
    if (trace.span && headers.upgrade !== undefined) trace.span = undefined;
    const { span } = trace;
    if (span) reply.raw.once("close", () => endSpan(span, request, reply));
    // Also what comes after the body runs in it: Fastify goes back to this context once it has read one.
    inTrace(trace, done);
  });
});

function endSpan(span: Span, request: FastifyRequest, reply: FastifyReply): void {
  const status = statusOf(request, reply);
  const route = routeOf(request);
  span.attributes["http.response.status_code"] = status;
  if (request.routeOptions.url !== undefined) {
    span.name = `${request.method} ${route}`;
    span.attributes["http.route"] = route;
  }
  // A caller's mistake is no failure of the server (OpenTelemetry's semantic conventions for HTTP).
  if (status >= 500) span.fail(`${status}`);
  span.end();
}
