import { type FastifyInstance, fastify } from "fastify";
import { type HealthOptions, health } from "./health/plugin.ts";

/** The internal server: health and metrics on a port that no ingress reaches, where a slow scrape costs no user's connection. */
export function createInternal(options: HealthOptions): FastifyInstance {
  const app = fastify({ logger: false, return503OnClosing: false, forceCloseConnections: true });
  app.register(health, options);
  app.get("/metrics", async (_, reply) => reply.type(options.metrics.registry.contentType).send(await options.metrics.text()));
  return app;
}
