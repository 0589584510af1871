import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// A collector that takes everything and keeps nothing, in a process of its own. Tells its port.
const server = createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
}).listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
