import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import plugin from "fastify-plugin";
import type { Config } from "../config/config.ts";
import { type Connections, createConnections, maxPayload } from "./connections.ts";
import { createHitsChannel } from "./hits-channel.ts";
import { createLiveHits, type LiveHits } from "./live-hits.ts";

declare module "fastify" {
  interface FastifyInstance {
    liveHits: LiveHits;
    connections: Connections;
  }
}

/** Longest time, in milliseconds, over which a drain spreads its closes. Callers come back meanwhile, to other replicas. */
const mostSpread = 5_000;

/** WebSockets, and what is told through them. */
export const live = plugin(async (app: FastifyInstance, { config }: { config: Config }) => {
  const connections = createConnections({ most: config.webSocketConnectionsMax }, app.metrics.instruments);
  app.decorate("connections", connections);
  const spread = Math.min(mostSpread, config.shutdownSeconds * 250);
  await app.register(websocket, {
    // Compression costs memory for each connection, and gains nothing on messages of forty bytes.
    options: { maxPayload, perMessageDeflate: false, clientTracking: false },
    preClose(done) {
      connections.drain(spread);
      done();
    },
    // Errors of a connection are told by its close code; see connections.ts.
    errorHandler: (error, socket, request) => {
      if (!`${(error as NodeJS.ErrnoException).code}`.startsWith("WS_ERR_")) request.log.warn({ reason: error.message }, "a WebSocket broke");
      if (socket.readyState === socket.OPEN) socket.close(1011, "internal error");
    },
  });
  const { cache } = app.redis;
  const liveHits = createLiveHits((receive) => cache && config.redisCache && createHitsChannel(cache, config.redisCache, receive, app.log as never));
  app.decorate("liveHits", liveHits);
  app.addHook("onClose", async () => liveHits.close());
});
