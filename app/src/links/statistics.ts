import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../problem/problem.ts";
import type { Links } from "./links.ts";
import { problemResponses } from "./schemas.ts";
import { isSlug } from "./slug.ts";

const shownDays = 31;

const statisticsSchema = z
  .object({
    slug: z.string().meta({ example: "spring-sale" }),
    days: z
      .array(z.object({ day: z.iso.date(), hits: z.int() }))
      .meta({ description: `Newest first, in UTC, of the last ${shownDays} days; days without a hit are left out.` }),
  })
  .meta({ id: "Statistics" });

export const statisticsRoute: FastifyPluginAsyncZod<{ links: Links }> = async (app, { links }) => {
  app.get(
    "/v1/links/:slug/statistics",
    {
      config: { tier: "read" },
      schema: {
        summary: "Read how often a link was followed, by day",
        description: "A worker sums them up, commonly within seconds.",
        tags: ["links"],
        params: z.object({ slug: z.string() }),
        response: { 200: statisticsSchema, ...problemResponses(404) },
      },
    },
    async (request) => {
      const { slug } = request.params;
      if (!isSlug(slug) || !(await links.store.find(slug))) throw new Problem(404, "There is no such link.");
      const days = await links.store.statistics(slug, shownDays);
      return { slug, days: days.map(({ day, hits }) => ({ day, hits: Number(hits) })) };
    },
  );
};
