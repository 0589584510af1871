/** What a plain server of Node takes for an answer of as many bytes. `node plain-server.ts <bytes>` prints its address. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const body = "x".repeat(Number(process.argv[2]));
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  response.end(body);
}).listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
