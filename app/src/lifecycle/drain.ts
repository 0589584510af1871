import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

export interface DrainOptions {
  /** Milliseconds to serve on before the port is closed. */
  delay: number;
  /** Longest wait, in milliseconds, for requests in flight once the port is closed. */
  deadline: number;
}

/** Idle connections are looked for this often. Node closes those that are idle at the moment of closing, and none that become so later. */
const sweepMilliseconds = 100;
/** A connection that has sent nothing for this long, in milliseconds, has no request on its way. */
const unusedMilliseconds = 1_000;

/**
 * Prepares a server to end without a failed request. What is started with `drain` is: every answer says `Connection: close`, so
 * that keep-alive connections go elsewhere between two requests; the port stays open for `delay`; then it closes, and whoever still
 * waits for an answer gets it. Without the header a connection that stays busy outlives the deadline (fastify#7044).
 */
export function drainable(app: FastifyInstance) {
  let draining = false;
  const opened = new Map<Socket, number>();
  app.server.on("connection", (socket) => {
    opened.set(socket, performance.now());
    socket.once("close", () => opened.delete(socket));
  });
  // Node takes a connection that never sent a byte for a busy one: proxies and browsers open some ahead, and each would hold the
  // process until its deadline.
  const closeUnused = () => {
    for (const [socket, since] of opened) if (socket.bytesRead === 0 && performance.now() - since > unusedMilliseconds) socket.destroy();
  };
  app.addHook("onRequest", (_, reply, done) => {
    if (draining) reply.header("connection", "close");
    done();
  });
  return {
    draining: () => draining,
    async drain({ delay, deadline }: DrainOptions): Promise<{ forced: boolean }> {
      draining = true;
      await sleep(delay);
      let forced = false;
      const sweep = setInterval(() => {
        app.server.closeIdleConnections();
        closeUnused();
      }, sweepMilliseconds);
      const end = setTimeout(() => {
        forced = true;
        app.server.closeAllConnections();
      }, deadline);
      try {
        await app.close();
      } finally {
        clearInterval(sweep);
        clearTimeout(end);
      }
      return { forced };
    },
  };
}
