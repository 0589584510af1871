import type { IncomingMessage } from "node:http";

const livePath = /^\/v1\/links\/[^/?#]+\/live(?:\?|$)/;

/** Whether a request's Upgrade header is meant for us: a WebSocket, where there is one. */
export function isLiveUpgrade({ headers, url = "" }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket" && livePath.test(url);
}
