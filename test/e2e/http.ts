import { type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { Agent, request as tlsRequest } from "node:https";
import type { TLSSocket } from "node:tls";

/** Where the Ingress answers, under which host name, and the certificate to trust. */
export interface Endpoint {
  host: string;
  address: string;
  port: number;
  plainPort: number;
  /** PEM of the authority. */
  authority: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  milliseconds: number;
}

export interface RequestOptions {
  json?: unknown;
  headers?: Record<string, string>;
  /** Seconds until a silent server counts as a failure. Defaults to 10. */
  patience?: number;
}

/**
 * Asks the service the way the world does: its host name in SNI and in the Host header, its certificate verified, only the
 * address given by hand, since the name of a test stack stands in no DNS.
 */
export class Client {
  readonly endpoint: Endpoint;
  readonly #agent: Agent;

  /** With `keepAlive` false every request has a connection of its own, so that one worker reaches all replicas. */
  constructor(endpoint: Endpoint, keepAlive = true) {
    this.endpoint = endpoint;
    this.#agent = new Agent({ keepAlive, maxSockets: 64 });
  }

  ask(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { host, address, port, authority } = this.endpoint;
    const tls = { servername: host, ca: authority, allowPartialTrustChain: true, agent: this.#agent };
    return exchange(tlsRequest({ ...common(method, path, host, options), host: address, port, ...tls }), options);
  }

  askPlain(method: string, path: string): Promise<Answer> {
    const { host, address, plainPort } = this.endpoint;
    return exchange(plainRequest({ ...common(method, path, host, {}), host: address, port: plainPort, agent: false }), {});
  }

  close(): void {
    this.#agent.destroy();
  }
}

function common(method: string, path: string, host: string, { json, headers }: RequestOptions) {
  return { method, path, headers: { host, ...(json !== undefined && { "content-type": "application/json" }), ...headers } };
}

function exchange(request: ReturnType<typeof plainRequest>, { json, patience = 10 }: RequestOptions): Promise<Answer> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${patience} s`)), patience * 1000);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    request.on("error", fail);
    request.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("error", fail);
      response.on("end", () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode!, headers: response.headers, body, milliseconds: performance.now() - started });
      });
    });
    request.end(json === undefined ? undefined : JSON.stringify(json));
  });
}

/** Names that the certificate of an answer's connection is good for. */
export function certificateOf(endpoint: Endpoint): Promise<{ names: string; issuedFor: string; validUntil: Date }> {
  return new Promise((resolve, reject) => {
    const request = tlsRequest({ host: endpoint.address, port: endpoint.port, servername: endpoint.host, rejectUnauthorized: false, agent: false });
    request.on("error", reject);
    request.on("socket", (socket) =>
      socket.on("secureConnect", () => {
        const certificate = (socket as TLSSocket).getPeerCertificate();
        resolve({ names: certificate.subjectaltname ?? "", issuedFor: String(certificate.subject?.CN ?? ""), validUntil: new Date(certificate.valid_to) });
        request.destroy();
      }),
    );
  });
}
