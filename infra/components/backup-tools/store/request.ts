import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { passedThrough } from "./garbage.ts";

/** Node's own fetch copies a body before it sends it; at 8 MiB a chunk that would double what a backup holds in memory. */
const agents = { plain: new PlainAgent({ keepAlive: true, maxSockets: 16 }), tls: new TlsAgent({ keepAlive: true, maxSockets: 16, minVersion: "TLSv1.2" }) };

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: IncomingMessage;
}

/** Sends one request and returns when the answer's head is there. The signal ends it at any time, its body too. */
export function send(url: URL, method: string, headers: Record<string, string>, body: Uint8Array | undefined, signal: AbortSignal): Promise<Answer> {
  const secure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal, agent: secure ? agents.tls : agents.plain };
    const request = secure ? tlsRequest(url, options) : plainRequest(url, options);
    request.on("error", reject);
    request.on("response", (answer) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer }));
    request.end(body);
  });
}

/** The whole body, in one buffer of its length; a longer one than allowed ends with the error TooLarge. */
export async function readAll({ headers, body }: Answer, maximum: number): Promise<Buffer> {
  const announced = Number(headers["content-length"] ?? Number.NaN);
  if (announced > maximum) throw tooLarge(body);
  const pieces: Buffer[] = [];
  let length = 0;
  const whole = announced > 0 ? Buffer.allocUnsafeSlow(announced) : undefined;
  for await (const piece of body as AsyncIterable<Buffer>) {
    if (length + piece.length > maximum) throw tooLarge(body);
    if (whole) piece.copy(whole, length);
    else pieces.push(piece);
    length += piece.length;
    if (whole) passedThrough(piece.length);
  }
  return whole ? whole.subarray(0, length) : Buffer.concat(pieces);
}

function tooLarge(body: IncomingMessage): Error {
  body.destroy();
  return Object.assign(new Error("more than 64 MiB"), { code: "TooLarge" });
}
