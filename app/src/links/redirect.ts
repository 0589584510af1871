import type { FastifyInstance } from "fastify";
import { Problem } from "../problem/problem.ts";
import type { Links } from "./links.ts";
import { isSlug } from "./slug.ts";

/** The hot path. It has no schema: what there is to check is one regular expression. */
export async function redirectRoute(app: FastifyInstance, { links }: { links: Links }) {
  app.get<{ Params: { slug: string } }>(
    "/:slug",
    {
      config: { tier: "redirect" },
      schema: { summary: "Follow a link", tags: ["redirect"], response: {} },
    },
    async (request, reply) => {
      const { slug } = request.params;
      const target = isSlug(slug) ? await links.target(slug) : undefined;
      if (target === undefined) throw new Problem(404, "There is no such link.");
      // A HEAD is a preview by a chat or a link checker; nobody followed the link.
      if (request.method === "GET") links.hits.add(slug);
      app.metrics.instruments.redirects.inc();
      // Not kept by browsers: a deleted link must end, and what a browser answers itself is not counted.
      return reply.code(302).header("location", target).header("cache-control", "no-store").send();
    },
  );
}
