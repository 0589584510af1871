import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Links } from "../links/links.ts";
import { problemResponses } from "../links/schemas.ts";
import { isSlug } from "../links/slug.ts";
import { Problem, unavailable } from "../problem/problem.ts";

/** The hits of a link, told as they grow: at the beginning, and then at most about once a second from each replica. */
export const liveRoute: FastifyPluginAsyncZod<{ links: Links }> = async (app, { links }) => {
  const replies = new WeakMap<FastifyRequest, FastifyReply>();
  app.route({
    method: "GET",
    url: "/v1/links/:slug/live",
    config: { tier: "read" },
    schema: {
      summary: "Watch how often a link is followed, by WebSocket",
      description:
        'Sends `{"slug": "…", "hits": 12}` at the beginning and whenever the number has grown. Clients send nothing but pongs. ' +
        "Close codes: 1001 come back, to another replica; 1008 too many messages; 1009 too long a message; 1013 no room, try again later.",
      tags: ["links"],
      params: z.object({ slug: z.string() }),
      response: { 101: z.undefined().meta({ description: "Switching to WebSocket." }), ...problemResponses(404, 426) },
    },
    // What can be refused is refused before the upgrade, as a problem with a status that everybody understands.
    async preHandler(request, reply) {
      const { slug } = request.params;
      if (!isSlug(slug) || !(await links.store.find(slug))) throw new Problem(404, "There is no such link.");
      if (!request.ws) throw new Problem(426, "This is a WebSocket; ask for an upgrade.", { headers: { upgrade: "websocket" } });
      if (app.connections.full()) throw unavailable("There is no room for another connection; try again.");
      replies.set(request, reply);
    },
    handler: async () => {},
    async wsHandler(socket, request) {
      const { slug } = request.params as { slug: string };
      // The request is over here, and what it is measured by: the connection lives on for hours.
      replies.get(request)?.raw.emit("close");
      const send = app.connections.add(socket);
      let told = -1;
      const tell = (hits: number) => {
        if (hits <= told) return;
        told = hits;
        send(JSON.stringify({ slug, hits }));
      };
      // First watch, then read: the other way round a hit between the two would be told only with the next.
      socket.once("close", app.liveHits.watch(slug, tell));
      const link = await links.store.find(slug);
      if (link) tell(link.hits);
    },
  });
};
