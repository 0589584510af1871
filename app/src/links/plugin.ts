import type { FastifyInstance } from "fastify";
import { createRoute } from "./create.ts";
import { createLinks } from "./links.ts";
import { listRoute } from "./list.ts";
import { readRoute } from "./read.ts";
import { redirectRoute } from "./redirect.ts";
import { removeRoute } from "./remove.ts";

/** Short links: the API under /v1/links, and the redirects. */
export async function links(app: FastifyInstance, { publicUrl }: { publicUrl?: string }) {
  const shared = { links: createLinks(app, publicUrl) };
  await app.register(createRoute, shared);
  await app.register(readRoute, shared);
  await app.register(listRoute, shared);
  await app.register(removeRoute, shared);
  await app.register(redirectRoute, shared);
}
