import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What may be taken over from a caller: no line break or quote can reach a log, no key can grow without bound. */
const acceptable = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** The caller's X-Request-Id when it is harmless, so that one id runs through all services; else a new one. */
export function requestId({ headers }: Pick<IncomingMessage, "headers">): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && acceptable.test(given) ? given : randomUUID();
}
