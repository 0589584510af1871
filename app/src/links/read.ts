import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../problem/problem.ts";
import type { Links } from "./links.ts";
import { linkSchema, presentLink, problemResponses } from "./schemas.ts";
import { isSlug } from "./slug.ts";

export const readRoute: FastifyPluginAsyncZod<{ links: Links }> = async (app, { links }) => {
  app.get(
    "/v1/links/:slug",
    {
      config: { tier: "read" },
      schema: {
        summary: "Read a link and how often it was followed",
        tags: ["links"],
        params: z.object({ slug: z.string() }),
        response: { 200: linkSchema, ...problemResponses(404) },
      },
    },
    async (request) => {
      const { slug } = request.params;
      const link = isSlug(slug) ? await links.store.find(slug) : undefined;
      if (!link) throw new Problem(404, "There is no such link.");
      return presentLink(link, links.origin());
    },
  );
};
