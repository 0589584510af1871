import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import plugin from "fastify-plugin";
import type { Metrics } from "./metrics.ts";

declare module "fastify" {
  interface FastifyInstance {
    metrics: Metrics;
  }
}

/** Route as a template, so that a scan of random slugs makes no new series. */
export const routeOf = (request: FastifyRequest) => request.routeOptions.url ?? "unmatched";

/** Status in metrics and logs of a request whose client left before the answer (nginx's convention). */
export const clientLeft = 499;

/** Status of a request that is over. One that became a WebSocket has ended with 101, which is written past the response. */
export function statusOf({ ws }: FastifyRequest, { raw }: FastifyReply): number {
  if (raw.writableFinished) return raw.statusCode;
  return ws ? 101 : clientLeft;
}

/** Measures every request. */
export const httpMetrics = plugin(async (app: FastifyInstance, { metrics }: { metrics: Metrics }) => {
  const { requestDuration, requestsInFlight } = metrics.instruments;
  app.decorate("metrics", metrics);
  app.addHook("onRequest", (request, reply, done) => {
    requestsInFlight.inc();
    // "close" comes exactly once, also when the client leaves early; Fastify's onResponse doesn't, and the gauge would only grow.
    reply.raw.once("close", () => {
      requestsInFlight.dec();
      const { trace } = request;
      requestDuration.observe({
        labels: { method: request.method, route: routeOf(request), status_code: statusOf(request, reply) },
        value: reply.elapsedTime / 1_000,
        // Only of a trace that is recorded: an exemplar is a link, and must lead somewhere.
        exemplarLabels: trace?.span && ({ trace_id: trace.traceId } as object),
      });
    });
    done();
  });
});
