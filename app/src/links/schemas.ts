import { z } from "zod";
import type { Link } from "./store.ts";

/** A link as the API shows it. */
export const linkSchema = z
  .object({
    slug: z.string().meta({ example: "spring-sale" }),
    shortUrl: z.string().meta({ description: "What to hand out.", example: "https://links.example.org/spring-sale" }),
    url: z.string().meta({ description: "Where it leads.", example: "https://example.org/offers?season=spring" }),
    hits: z.int().meta({ description: "How often it was followed; up to about a second behind." }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Link" });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string().optional(), parameter: z.string().optional(), detail: z.string() })).optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem document, as application/problem+json." });

/** The problems that every route may answer with, and those of one. */
export const problemResponses = (...statuses: number[]) => Object.fromEntries([429, 503, ...statuses].map((status) => [status, problemSchema]));

export const presentLink = ({ slug, url, hits, createdAt }: Link, origin: string): z.output<typeof linkSchema> => ({
  slug,
  shortUrl: `${origin}/${slug}`,
  url,
  hits,
  createdAt: createdAt.toISOString(),
});
