import { type FastifyInstance, fastify } from "fastify";
import { type HealthOptions, health } from "./health/plugin.ts";
import { formatFor } from "./metrics/openmetrics.ts";

/** The internal server: health and metrics on a port that no ingress reaches, where a slow scrape costs no user's connection. */
export function createInternal(options: HealthOptions): FastifyInstance {
  const app = fastify({ logger: false, return503OnClosing: false, forceCloseConnections: true });
  app.register(health, options);
  app.get("/metrics", async ({ headers }, reply) => {
    const format = formatFor(headers.accept);
    return reply
      .type(format)
      .header("vary", "accept")
      .send(await options.metrics.text(format));
  });
  return app;
}
