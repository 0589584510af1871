import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { Links } from "./links.ts";
import { linkSchema, presentLink, problemResponses } from "./schemas.ts";

const mostLinks = 100;

const querySchema = z.object({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, `must be a whole number from 1 to ${mostLinks}`)
    .transform(Number)
    .pipe(z.number().min(1, `must be at least 1`).max(mostLinks, `must be at most ${mostLinks}`))
    .default(20),
  cursor: z
    .string("must be given once")
    .transform((cursor, context) => {
      const id = decodeCursor(cursor);
      if (id === undefined) context.addIssue({ code: "custom", message: "is none that this service gave out; leave it out to begin at the newest link" });
      return id;
    })
    .optional(),
});

export const listRoute: FastifyPluginAsyncZod<{ links: Links }> = async (app, { links }) => {
  app.get(
    "/v1/links",
    {
      config: { tier: "read" },
      schema: {
        summary: "List links, newest first",
        description: "Pages by cursor: pass nextCursor of one page as cursor of the next, until it is null.",
        tags: ["links"],
        querystring: querySchema,
        response: { 200: z.object({ links: z.array(linkSchema), nextCursor: z.string().nullable() }), ...problemResponses(400) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      // One more than asked for tells whether there is a next page, so that no cursor leads to an empty one.
      const found = await links.store.list(cursor, limit + 1);
      const page = found.slice(0, limit);
      return {
        links: page.map((link) => presentLink(link, links.origin())),
        nextCursor: found.length > limit ? encodeCursor(page.at(-1)!.id) : null,
      };
    },
  );
};
