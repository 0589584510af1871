import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** The cluster of KUBECONFIG, seen through a door that knows nothing of one API group, as if its operator were not installed. */
export async function clusterWithout(groupVersion: string): Promise<{ address: string; close(): void }> {
  const proxy = spawn("kubectl", ["proxy", "--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(proxy.stdout, "data");
  const behind = Number(/:(\d+)\s*$/.exec(String(line).trim())?.[1]);

  const door = createServer((asked, answer) => {
    if (asked.url?.startsWith(`/apis/${groupVersion}`)) {
      answer.writeHead(404, { "content-type": "application/json" });
      answer.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", reason: "NotFound", code: 404 }));
      return;
    }
    const { host: _, ...headers } = asked.headers;
    const passed = request({ host: "127.0.0.1", port: behind, method: asked.method, path: asked.url, headers }, (response) => {
      answer.writeHead(response.statusCode!, response.headers);
      response.pipe(answer);
    });
    passed.on("error", () => answer.writeHead(502).end());
    asked.pipe(passed);
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  return {
    address: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    close: () => {
      door.closeAllConnections();
      door.close();
      proxy.kill();
    },
  };
}
