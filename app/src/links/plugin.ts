import type { FastifyInstance } from "fastify";
import { liveRoute } from "../live/route.ts";
import { sendLinkStatistics } from "../queue/link-statistics.ts";
import { createRoute } from "./create.ts";
import { createLinks } from "./links.ts";
import { listRoute } from "./list.ts";
import { readRoute } from "./read.ts";
import { redirectRoute } from "./redirect.ts";
import { removeRoute } from "./remove.ts";
import { statisticsRoute } from "./statistics.ts";
import type { CountedHits } from "./store.ts";

/** Short links: the API under /v1/links, and the redirects. */
export async function links(app: FastifyInstance, { publicUrl }: { publicUrl?: string }) {
  const counted = (written: CountedHits[]) => {
    app.liveHits.counted(written);
    if (app.jobs) sendLinkStatistics(app.jobs, written).catch((error) => app.log.warn({ reason: error.message }, "statistics fall behind"));
  };
  const shared = { links: createLinks(app, publicUrl, counted) };
  await app.register(createRoute, shared);
  await app.register(readRoute, shared);
  await app.register(listRoute, shared);
  await app.register(removeRoute, shared);
  await app.register(statisticsRoute, shared);
  await app.register(liveRoute, shared);
  await app.register(redirectRoute, shared);
}
