import { request as plain, type RequestOptions } from "node:http";
import { request as secure } from "node:https";
import { isIP } from "node:net";

export interface Target {
  /** Origin of the service, such as `https://links.example.org`. */
  origin: string;
  /** Address to connect to instead of what the host's name resolves to, as `ip:port`; host name and TLS name stay those of the origin. */
  resolve?: string;
  /** Takes any certificate, for a self-signed issuer. */
  insecure?: boolean;
}

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
}

export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Longest wait for an answer, in milliseconds. */
const patience = 15_000;

/** Asks a service as its users do. Never follows a redirect. */
export function client({ origin, resolve, insecure }: Target): Ask {
  const url = new URL(origin);
  const [address, port] = resolve?.split(/:(?=\d+$)/) ?? [];
  const options: RequestOptions & { rejectUnauthorized?: boolean; servername?: string } = {
    host: address ?? url.hostname,
    port: port ?? (url.port || undefined),
    ...(url.protocol === "https:" && { rejectUnauthorized: !insecure, ...(isIP(url.hostname) === 0 && { servername: url.hostname }) }),
  };
  return (method, path, body, headers) =>
    new Promise((done, fail) => {
      const content = body === undefined ? undefined : JSON.stringify(body);
      const send = url.protocol === "https:" ? secure : plain;
      const sent = send(
        {
          ...options,
          method,
          path,
          timeout: patience,
          headers: { host: url.host, ...(content && { "content-type": "application/json", "content-length": Buffer.byteLength(content) }), ...headers },
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => done({ status: response.statusCode!, headers: response.headers as Answer["headers"], text }));
          response.on("error", fail);
        },
      );
      sent.on("timeout", () => sent.destroy(new Error(`no answer to ${method} ${path} within ${patience / 1_000} s`)));
      sent.on("error", fail);
      sent.end(content);
    });
}
