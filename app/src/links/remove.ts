import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../problem/problem.ts";
import type { Links } from "./links.ts";
import { problemResponses } from "./schemas.ts";
import { isSlug } from "./slug.ts";

export const removeRoute: FastifyPluginAsyncZod<{ links: Links }> = async (app, { links }) => {
  app.delete(
    "/v1/links/:slug",
    {
      config: { tier: "create" },
      schema: {
        summary: "Delete a link",
        tags: ["links"],
        params: z.object({ slug: z.string() }),
        response: { 204: z.null().meta({ description: "It is gone." }), ...problemResponses(404) },
      },
    },
    async (request, reply) => {
      const { slug } = request.params;
      if (!isSlug(slug)) throw new Problem(404, "There is no such link.");
      const removed = await links.store.remove(slug);
      // Also when there was none: the first attempt of a caller who asks again may have reached the database and not the cache.
      await links.cache.removed(slug).catch((error: Error) => app.log.warn({ slug, reason: error.message }, "a deleted link may live on in the cache"));
      if (!removed) throw new Problem(404, "There is no such link.");
      return reply.code(204).send(null);
    },
  );
};
