import { writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { credentialsFrom, podIdentityCredentials, webIdentityCredentials } from "./credentials.ts";

/** Stands for the agent of a node and for STS: answers what it is told, and keeps what it was asked. */
let answers: { status: number; body: string }[];
let asked: { authorization?: string; body: string }[];
const server = createServer(async (request: IncomingMessage, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  asked.push({ authorization: request.headers.authorization, body });
  const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
  response.writeHead(answer.status).end(answer.body);
});
let at: string;
let tokenFile: string;

beforeEach(async () => {
  answers = [];
  asked = [];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  tokenFile = join(await mkdtemp(join(tmpdir(), "slipway-token-")), "token");
  writeFileSync(tokenFile, "token-1\n");
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
const fromAgent = (id: string, seconds: number) => ({
  status: 200,
  body: JSON.stringify({ AccessKeyId: id, SecretAccessKey: "s", Token: "t", Expiration: inSeconds(seconds) }),
});
const fromSts = (id: string, seconds: number) => ({
  status: 200,
  body: `<R><Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t&amp;t</SessionToken><Expiration>${inSeconds(seconds)}</Expiration></Credentials></R>`,
});
const role = "arn:aws:iam::123456789012:role/backups-writer";
const byToken = () => webIdentityCredentials({ roleArn: role, tokenFile, region: "eu-central-1", endpoint: at });

test("Pod Identity: asks the agent once, and anew when the end is near, with the token of that moment", async () => {
  answers = [fromAgent("first", 60), fromAgent("second", 3600)];
  const credentials = podIdentityCredentials(at, tokenFile);
  expect((await credentials.get()).accessKeyId).toBe("first");
  writeFileSync(tokenFile, "token-2");
  expect((await credentials.get()).accessKeyId).toBe("second");
  expect((await credentials.get()).accessKeyId).toBe("second");
  expect(asked.map(({ authorization }) => authorization)).toEqual(["token-1", "token-2"]);
});

test("an agent that is away does not take what is still good", async () => {
  answers = [fromAgent("first", 60), { status: 500, body: "" }];
  const credentials = podIdentityCredentials(at, tokenFile);
  await credentials.get();
  expect((await credentials.get()).accessKeyId).toBe("first");
});

test("a token that the store refused is not used again", async () => {
  answers = [fromAgent("first", 3600), fromAgent("second", 3600)];
  const credentials = podIdentityCredentials(at, tokenFile);
  await credentials.get();
  credentials.forget();
  expect((await credentials.get()).accessKeyId).toBe("second");
});

test("IRSA: the token of the service account becomes a key", async () => {
  answers = [fromSts("first", 3600)];
  expect(await byToken().get()).toEqual({ accessKeyId: "first", secretAccessKey: "s", sessionToken: "t&t" });
  const form = new URLSearchParams(asked[0]!.body);
  expect([form.get("Action"), form.get("RoleArn"), form.get("WebIdentityToken")]).toEqual(["AssumeRoleWithWebIdentity", role, "token-1"]);
});

test("a role that doesn't trust the account is named, with the mend and without the token", async () => {
  answers = [{ status: 403, body: "<E><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></E>" }];
  const error = await byToken()
    .get()
    .catch((reason: Error) => reason);
  expect(String(error)).toMatch(
    /role\/backups-writer can't be taken on: STS answers 403 AccessDenied: Not authorized.*; look whether the role trusts this service account/,
  );
  expect(String(error)).not.toContain("token-1");
});

test("the environment decides: a directory of files first, then Pod Identity, then IRSA, and none is an error", async () => {
  const irsa = { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_REGION: "eu-central-1" };
  const podIdentity = { AWS_CONTAINER_CREDENTIALS_FULL_URI: at, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile };
  answers = [fromAgent("agent", 3600)];
  await expect(credentialsFrom({ ...irsa, ...podIdentity }, "/nowhere").get()).rejects.toThrow("/nowhere/access-key-id is missing");
  expect((await credentialsFrom({ ...irsa, ...podIdentity }, undefined).get()).accessKeyId).toBe("agent");
  expect(() => credentialsFrom({ ...irsa, AWS_ROLE_ARN: undefined }, undefined)).toThrow(/no identity for the bucket/);
});
