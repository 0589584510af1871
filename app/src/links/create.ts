import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { Problem } from "../problem/problem.ts";
import type { Links } from "./links.ts";
import { linkSchema, presentLink, problemResponses } from "./schemas.ts";
import { isReserved, randomSlug, slugShape } from "./slug.ts";
import type { Creation } from "./store.ts";
import { parseTarget } from "./target.ts";

const slugSchema = z
  .string({ error: "must be a string" })
  .regex(slugShape, "must be 3 to 64 letters, digits, - or _, beginning with a letter or digit")
  .refine((slug) => !isReserved(slug), "is reserved for the service itself; choose another");

/** Quotes are the draft's syntax (a structured string); most clients leave them out. */
const requestKeyShape = /^"?([\x21\x23-\x7e]{8,128})"?$/;

/** Attempts at a random slug. With 10^14 of them a second attempt is already a rarity. */
const attempts = 4;

export const createRoute: FastifyPluginAsyncZod<{ links: Links }> = async (app, { links }) => {
  const urlSchema = z.string({ error: "must be a string: where the link leads" }).transform((text, context) => {
    try {
      return parseTarget(text, links.ownOrigin);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
      return z.NEVER;
    }
  });

  app.post(
    "/v1/links",
    {
      config: { tier: "create" },
      schema: {
        summary: "Create a short link",
        description:
          "Without a slug the service makes one up. A request that bears the same Idempotency-Key again, or names the same slug and url, " +
          "gets the link that the first one made, with status 200; so a request without an answer can be sent again.",
        tags: ["links"],
        headers: z.object({ "idempotency-key": z.string().optional().meta({ description: "8 to 128 visible characters, such as a UUID." }) }),
        body: z.strictObject({ url: urlSchema, slug: slugSchema.optional() }),
        response: { 200: linkSchema, 201: linkSchema, ...problemResponses(400, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { url, slug } = request.body;
      const creation = await create(links, url, slug, requestKey(request.headers["idempotency-key"]));
      const { link } = creation;
      if (creation.outcome === "created") {
        app.metrics.instruments.linksCreated.inc();
        await links.cache.created(link.slug, link.url).catch(() => {});
      }
      return reply
        .code(creation.outcome === "created" ? 201 : 200)
        .header("location", `/v1/links/${link.slug}`)
        .send(presentLink(link, links.origin()));
    },
  );
};

async function create({ store }: Links, url: string, slug: string | undefined, key: string | undefined): Promise<Extract<Creation, { link: unknown }>> {
  for (let attempt = 1; ; attempt++) {
    const creation = await store.create(slug ?? randomSlug(), url, key);
    if (creation.outcome === "keyUsed") throw new Problem(422, "This Idempotency-Key was used for another request; use a new key for a new link.");
    if (creation.outcome === "slugTaken") {
      if (slug === undefined && attempt < attempts) continue;
      const existing = slug === undefined ? undefined : await store.find(slug);
      if (existing?.url === url) return { outcome: "repeated", link: existing };
      throw new Problem(409, `The slug "${slug}" leads elsewhere already; choose another, or leave it out and get a new one.`);
    }
    if (slug !== undefined && creation.link.slug !== slug)
      throw new Problem(422, "This Idempotency-Key was used for another slug; use a new key for a new link.");
    return creation;
  }
}

function requestKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = requestKeyShape.exec(header)?.[1];
  if (key === undefined)
    throw new Problem(400, "The header Idempotency-Key must be 8 to 128 visible ASCII characters, such as a UUID.", {
      members: { errors: [{ parameter: "Idempotency-Key", detail: "must be 8 to 128 visible ASCII characters" }] },
    });
  return key;
}
