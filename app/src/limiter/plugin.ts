import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import plugin from "fastify-plugin";
import type { ClientAddress } from "../client-address/client-address.ts";
import type { Config } from "../config/config.ts";
import { Problem } from "../problem/problem.ts";
import { rateLimitHeaders, retryAfterSeconds } from "./headers.ts";
import { createLimiter } from "./limiter.ts";
import type { TierName } from "./tiers.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The tier that a request of this route counts for. */
    tier?: TierName;
  }
  interface FastifyInstance {
    /** Counts a request for a tier, sets the headers, and throws the 429 when it is over the limit. */
    limit(tier: TierName, request: FastifyRequest, reply: FastifyReply): Promise<void>;
  }
}

/** Limits every route that names a tier. */
export const limiter = plugin(async (app: FastifyInstance, { config, addressOf }: { config: Config; addressOf: ClientAddress }) => {
  const decide = createLimiter(app.redis.state, config.replicas, app.metrics.instruments);
  const tiers = new Map(config.tiers.map((tier) => [tier.name, tier]));

  app.decorate("limit", async (name: TierName, request: FastifyRequest, reply: FastifyReply) => {
    const decision = await decide(tiers.get(name)!, addressOf(request.raw));
    reply.headers(rateLimitHeaders(decision));
    if (decision.allowed) return;
    const violated = decision.states.filter(({ waitMilliseconds }) => waitMilliseconds > 0).map(({ limit }) => limit.name);
    throw new Problem(429, `Too many requests; try again in ${retryAfterSeconds(decision)} s.`, {
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      title: "Quota exceeded",
      members: { "violated-policies": violated },
    });
  });

  app.addHook("onRoute", (route) => {
    const tier = route.config?.tier;
    if (!tier) return;
    const limit = (request: FastifyRequest, reply: FastifyReply) => app.limit(tier, request, reply);
    route.onRequest = [...[route.onRequest ?? []].flat(), limit];
  });
});
