import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createInstruments } from "../metrics/instruments.ts";
import { type ConnectionLimits, createConnections, maxPayload } from "./connections.ts";

let server: WebSocketServer | undefined;
let registry: Registry;
afterEach(() => server?.close());

/** A server whose connections have those limits, and the way to each. */
async function serve(limits: Partial<ConnectionLimits> = {}) {
  registry = new Registry();
  const connections = createConnections({ most: 10, ...limits }, createInstruments(registry, "test"));
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", maxPayload });
  const senders: ((text: string) => void)[] = [];
  server.on("connection", (socket) => senders.push(connections.add(socket)));
  await once(server, "listening");
  const connect = async (options = {}) => {
    const client = new WebSocket(`ws://127.0.0.1:${(server!.address() as AddressInfo).port}`, options);
    await once(client, "open");
    return client;
  };
  return { connections, connect, senders };
}

const closeOf = async (client: WebSocket) => ((await once(client, "close")) as [number])[0];
async function series(name: string): Promise<Record<string, number>> {
  const metric = (await registry.getMetricsAsJSON()).find((one) => one.name === name)!;
  return Object.fromEntries((metric.values as { labels: object; value: number }[]).map(({ labels, value }) => [Object.values(labels).join(), value]));
}

describe("a WebSocket connection", () => {
  it("is counted while it is open, with its messages, and by its close code afterwards", async () => {
    const { connect, senders } = await serve();
    const client = await connect();
    client.send("hello");
    const heard = once(client, "message");
    senders[0]!("hi");
    await heard;
    expect([await series("websocket_connections"), await series("websocket_connections_max")]).toEqual([{ "": 1 }, { "": 10 }]);
    await expect.poll(() => series("websocket_messages_total")).toEqual({ in: 1, out: 1 });
    client.close(1000);
    await expect.poll(() => series("websocket_closes_total")).toEqual({ 1000: 1 });
    expect(await series("websocket_connections")).toEqual({ "": 0 });
  });

  it("is closed with 1009 by a message that is too long", async () => {
    const { connect } = await serve();
    const client = await connect();
    client.send("x".repeat(maxPayload + 1));
    expect(await closeOf(client)).toBe(1009);
    await expect.poll(() => series("websocket_closes_total")).toEqual({ 1009: 1 });
  });

  it.each(["send", "ping"] as const)("is closed with 1008 when it sends too much (%s), and its neighbor is not", async (way) => {
    const { connect } = await serve();
    const [loud, quiet] = [await connect(), await connect()];
    for (let message = 0; message < 20; message++) loud[way]("x");
    await sleep(100);
    expect(loud.readyState).toBe(WebSocket.OPEN);
    loud[way]("x");
    loud[way]("x");
    expect(await closeOf(loud)).toBe(1008);
    expect(quiet.readyState).toBe(WebSocket.OPEN);
  });

  it("is cut when it answers no ping, and kept when it does", async () => {
    const { connect } = await serve({ pingMilliseconds: 50, deadlineMilliseconds: 200 });
    const silent = await connect({ autoPong: false });
    const lively = await connect();
    expect(await closeOf(silent)).toBe(1006);
    await sleep(300);
    expect(lively.readyState).toBe(WebSocket.OPEN);
    expect(await series("websocket_connections")).toEqual({ "": 1 });
  });

  it("is closed with 1013 when there are too many", async () => {
    const { connect, connections } = await serve({ most: 2 });
    await connect();
    expect(connections.full()).toBe(false);
    await connect();
    expect(connections.full()).toBe(true);
    expect(await closeOf(await connect())).toBe(1013);
  });

  it("is closed with 1013 when it takes nothing of what it is sent", async () => {
    const { connect, senders } = await serve();
    const client = await connect();
    client.pause();
    // What the kernel and the process hold together is megabytes.
    for (let message = 0; message < 20_000; message++) senders[0]!("x".repeat(1_000));
    await expect.poll(() => series("websocket_closes_total"), { timeout: 20_000 }).toEqual({ 1013: 1 });
    client.terminate();
  });

  it("is closed with 1001 by a drain, each at its own time, also when it never answers", async () => {
    const { connect, connections } = await serve();
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect()));
    const deaf = await connect();
    deaf.pause();
    const times: number[] = [];
    const codes = clients.map(async (client) => {
      const code = await closeOf(client);
      times.push(performance.now());
      return code;
    });
    connections.drain(600);
    expect(connections.full()).toBe(true);
    expect(await Promise.all(codes)).toEqual(Array(8).fill(1001));
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(100);
    await expect.poll(() => series("websocket_connections"), { timeout: 20_000 }).toEqual({ "": 0 });
    deaf.terminate();
  });
});
