import type { FastifyInstance } from "fastify";
import plugin from "fastify-plugin";
import type { ClientAddress } from "../client-address/client-address.ts";
import { clientLeft, routeOf, statusOf } from "../metrics/http.ts";

/** One line a request, and its id in the answer. The query string is left out: people put secrets there. */
export const requestLog = plugin(async (app: FastifyInstance, { addressOf }: { addressOf: ClientAddress }) => {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    reply.raw.once("close", () => {
      const status = statusOf(request, reply);
      const level = status >= 500 ? "error" : "info";
      const { trace } = request;
      app.log[level](
        {
          requestId: request.id,
          // Named here: "close" comes in the connection's context, not in the request's. Undefined is left out of the line.
          trace_id: trace?.traceId,
          span_id: trace?.spanId,
          sampled: trace?.sampled,
          method: request.method,
          route: routeOf(request),
          path: request.url.split("?", 1)[0],
          status,
          milliseconds: Math.round(reply.elapsedTime * 100) / 100,
          client: addressOf(request.raw),
        },
        status === clientLeft ? "client left" : "request",
      );
    });
    done();
  });
});
