import { Agent } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Client } from "./http.ts";
import { eventually } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
let client: Client;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
});
afterAll(() => client?.close());

test("hits are told live by WebSocket, through the Ingress and from every replica", async () => {
  const slug = await slugOf(client);
  const { host, address, port, authority } = client.endpoint;
  const socket = new WebSocket(`wss://${address}:${port}/v1/links/${slug}/live`, {
    headers: { host },
    agent: new Agent({ servername: host, ca: authority, allowPartialTrustChain: true }),
  });
  const told: number[] = [];
  socket.on("message", (text) => told.push((JSON.parse(String(text)) as { hits: number }).hits));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  for (let visit = 0; visit < 10; visit++) await client.ask("GET", `/${slug}`, { headers: { connection: "close" } });
  await eventually("the last of ten hits is told", 20, async () => {
    expect(told.at(-1)).toBe(10);
    return true;
  });
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  socket.close(1000);
  expect(await closed).toBe(1000);
});

test("the worker counts hits by day", async () => {
  const slug = await slugOf(client);
  for (let visit = 0; visit < 3; visit++) await client.ask("GET", `/${slug}`);
  await eventually("today's hits are counted", 60, async () => {
    const answer = await client.ask("GET", `/v1/links/${slug}/statistics`);
    expect(answer.status, answer.body).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ slug, days: [{ hits: 3 }] });
    return true;
  });
});
