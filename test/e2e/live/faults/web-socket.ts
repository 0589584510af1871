import { slugOf } from "../../links.ts";
import type { Fault } from "../fault.ts";
import { heldIn, podNames } from "../in-pod.ts";

/** Sixty connections of as many addresses, so that no limit of one caller is met; every second some are cut without a word. */
const callers = `
  const { request } = require("node:http");
  const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
  const sockets = new Map();
  const connect = (n) => {
    const asked = request({ host: "127.0.0.1", port: 8080, localAddress: "127.0.1." + n, path: "/v1/links/" + process.argv[1] + "/live", headers });
    asked.on("upgrade", (_, socket) => { sockets.set(n, socket); socket.on("error", () => {}).resume(); });
    asked.on("error", () => {});
    asked.end();
  };
  for (let n = 1; n <= 60; n++) connect(n);
  let turn = 0;
  setInterval(() => {
    for (let cut = 0; cut < 6; cut++) {
      const n = (turn++ % 60) + 1;
      sockets.get(n)?.destroy();
      connect(n);
    }
  }, 1000);
`;

export const connectionsBreakOff: Fault = {
  name: "sixty WebSocket connections, of which six break off each second",
  alerts: ["AppWebSocketAbnormalCloses warning", "AppWebSocketConnectionsAtLimit warning"],
  async start(stack) {
    const client = await stack.client();
    const slug = await slugOf(client);
    client.close();
    const pod = (await podNames(stack)).at(-1)!;
    return heldIn(stack, pod, `exec node --max-old-space-size=16 --eval '${callers}' -- ${slug}`);
  },
};
