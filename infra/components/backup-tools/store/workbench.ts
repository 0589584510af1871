import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { S3Store } from "./s3.ts";

/** For tests: an S3 of this process, that can also misbehave. It knows no keys: what it must refuse, a fault refuses. */
export interface StoreWorkbench {
  endpoint: string;
  /** Every object by key. */
  objects: Map<string, Buffer>;
  /** Each request as `PUT key`, in order. */
  requests: string[];
  /** Asked before each request: true when it has answered, or cut the connection, itself. */
  fault: (request: IncomingMessage, response: ServerResponse, key: string) => boolean;
  /** Time before each answer, in milliseconds. */
  delay: number;
  /** Most objects in a page of a listing. */
  pageSize: number;
  store(settings?: { identity?: string; deadlineSeconds?: number; attemptSeconds?: number; pageSize?: number }): S3Store;
  close(): Promise<void>;
}

export const testBucket = "bucket";

export async function startStore(): Promise<StoreWorkbench> {
  const server = createServer((request, response) => void answer(workbench, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const workbench: StoreWorkbench = {
    endpoint,
    objects: new Map(),
    requests: [],
    fault: () => false,
    delay: 0,
    pageSize: 1000,
    store: ({ identity = "anyone", ...settings } = {}) => {
      const credentials = { get: async () => ({ accessKeyId: identity, secretAccessKey: "s3cret-of-the-store" }), forget: () => undefined };
      return new S3Store({ endpoint, region: "eu-central-1", bucket: testBucket, credentials, deadlineSeconds: 5, ...settings });
    },
    close: () => closed(server),
  };
  return workbench;
}

/** Answers as S3 refuses. */
export function refuseRequest(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): true {
  response.writeHead(status, headers).end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>said the store</Message></Error>`);
  return true;
}

/** The access key id that signed a request. */
export const signedBy = (request: IncomingMessage) => /Credential=([^/]+)\//.exec(request.headers.authorization ?? "")?.[1];

async function answer(bench: StoreWorkbench, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url!, bench.endpoint);
  const key = decodeURIComponent(url.pathname).slice(testBucket.length + 2);
  bench.requests.push(`${request.method} ${key || url.searchParams.get("prefix")}`);
  if (bench.fault(request, response, key)) return;
  if (bench.delay > 0) await sleep(bench.delay);
  if (request.method === "PUT") return put(bench, request, response, key);
  if (request.method === "DELETE") {
    bench.objects.delete(key);
    response.writeHead(204).end();
    return;
  }
  if (key === "") {
    response.end(listing(bench, url.searchParams));
    return;
  }
  const object = bench.objects.get(key);
  if (object) response.writeHead(200, { "content-length": object.length }).end(object);
  else refuseRequest(response, 404, "NoSuchKey");
}

async function put({ objects }: StoreWorkbench, request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  const sha256 = createHash("sha256").update(body).digest();
  if (request.headers["if-none-match"] === "*" && objects.has(key)) refuseRequest(response, 412, "PreconditionFailed");
  else if (request.headers["x-amz-content-sha256"] !== sha256.toString("hex")) refuseRequest(response, 400, "XAmzContentSHA256Mismatch");
  else if (request.headers["x-amz-checksum-sha256"] !== sha256.toString("base64")) refuseRequest(response, 400, "BadDigest");
  else {
    objects.set(key, body);
    response.end();
  }
}

function listing({ objects, pageSize }: StoreWorkbench, parameters: URLSearchParams): string {
  const size = Number(parameters.get("max-keys") ?? pageSize);
  const after = parameters.get("continuation-token") ?? "";
  const keys = [...objects.keys()].filter((key) => key.startsWith(parameters.get("prefix") ?? "") && key > after).sort();
  const page = keys.slice(0, size);
  const entry = (key: string) =>
    `<Contents><Key>${key.replaceAll("&", "&amp;")}</Key><LastModified>2026-11-21T03:17:00.000Z</LastModified><Size>${objects.get(key)!.length}</Size></Contents>`;
  const more = keys.length > size ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
  return `<ListBucketResult>${page.map(entry).join("")}${more}</ListBucketResult>`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
