import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeBucket } from "./make-bucket.ts";

/** Stands for the store in the cluster: answers what it is told, and keeps what it was asked. */
let answers: { status: number; body?: string }[];
let asked: { path: string; body: string; signed: boolean }[];
const server = createServer(async (request: IncomingMessage, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  asked.push({ path: request.url ?? "", body, signed: /^AWS4-HMAC-SHA256 Credential=root\//.test(request.headers.authorization ?? "") });
  const { status, body: text = "" } = answers.shift() ?? { status: 200 };
  response.writeHead(status).end(text);
});
let endpoint: string;
beforeEach(async () => {
  [answers, asked] = [[], []];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const make = (change = {}) =>
  makeBucket({ accessKeyId: "root", secretAccessKey: "secret", endpoint, region: "us-east-1", bucket: "b", policy: "{}", patienceSeconds: 5, ...change });

test("makes the bucket, then gives it its policy", async () => {
  expect(await make()).toBe("bucket b is made and has its policy");
  expect(asked).toEqual([
    { path: "/b", body: "", signed: true },
    { path: "/b?policy", body: "{}", signed: true },
  ]);
});

test("a bucket that is there gets its policy anew: it may be another by now", async () => {
  answers = [{ status: 409, body: "<Code>BucketAlreadyOwnedByYou</Code>" }, { status: 204 }];
  expect(await make()).toBe("bucket b is there and has its policy");
});

test("waits for a store that starts", async () => {
  answers = [{ status: 503 }, { status: 200 }, { status: 204 }];
  expect(await make()).toMatch(/is made/);
  expect(asked).toHaveLength(3);
});

test.each([
  [[{ status: 403, body: "<Code>SignatureDoesNotMatch</Code>" }], /can't make bucket b at .*: 403 .*SignatureDoesNotMatch/],
  [[{ status: 200 }, { status: 400, body: "<Code>MalformedPolicy</Code>" }], /can't give its policy to bucket b at .*: 400 .*MalformedPolicy/],
])("says what the store refused: %j", async (given, message) => {
  answers = given;
  await expect(make()).rejects.toThrow(message);
});

test("says that nothing answers", async () => {
  await expect(make({ endpoint: "http://127.0.0.1:1", patienceSeconds: 0 })).rejects.toThrow(
    /127\.0\.0\.1:1 can't be reached: .*; look whether the store runs/,
  );
});
