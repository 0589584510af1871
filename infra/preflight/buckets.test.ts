import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { namedBuckets, regionProblem } from "./buckets.ts";

/** Answers as S3 does to a request without signature: the status differs, the header with the region doesn't. */
let answer: { status: number; region?: string };
const server = createServer((_, response) =>
  response.writeHead(answer.status, { ...(answer.region && { "x-amz-bucket-region": answer.region }), location: "http://127.0.0.1:1" }).end(),
);
let endpoint: string;
beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const named = { path: "backups.region", bucket: "links-backups", region: "eu-central-1" };

test.each([301, 403, 200, 400])("a bucket of another region is found, whatever S3 answers: %s", async (status) => {
  answer = { status, region: "us-east-1" };
  expect(await regionProblem(named, endpoint)).toBe(
    "  slipway:backups.region: eu-central-1 is not where bucket links-backups is; set it to us-east-1, or name another bucket",
  );
});

test.each([
  ["in the same region", { status: 403, region: "eu-central-1" }],
  ["not there yet", { status: 404 }],
  ["at a proxy that knows nothing of S3", { status: 502 }],
])("a bucket %s is no problem", async (_, given) => {
  answer = given;
  expect(await regionProblem(named, endpoint)).toBeUndefined();
});

test("no way to AWS is no problem of a preview", async () => expect(await regionProblem(named, "http://127.0.0.1:1")).toBeUndefined());

test("looks for every bucket that the config names on AWS", () => {
  const backups = { store: "aws", bucket: "a", region: "eu-central-1", replica: { region: "eu-west-1" } };
  const restoreFrom = { backup: "latest", bucket: "b", region: "us-east-1" };
  expect(namedBuckets({ backups, restoreFrom } as never)).toEqual([
    { path: "backups.region", bucket: "a", region: "eu-central-1" },
    { path: "backups.replica.region", bucket: "a-copy", region: "eu-west-1" },
    { path: "restoreFrom.region", bucket: "b", region: "us-east-1" },
  ]);
  const elsewhere = { ...restoreFrom, endpoint: "http://s3.example.org" };
  expect(namedBuckets({ backups: { ...backups, store: "inCluster" }, restoreFrom: elsewhere } as never)).toEqual([]);
});
