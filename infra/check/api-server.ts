import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClusterApi, clusterApi } from "./cluster.ts";

/** For tests: enough of an API server to be asked. */
export interface ApiServer {
  /** Answers by path without its query; a number is a status. What is not here is answered 404. */
  objects: Record<string, unknown>;
  /** What a log-in may not do, as `verb resource`. */
  denied: Set<string>;
  address: string;
  cluster(): Promise<ClusterApi>;
  close(): Promise<void>;
}

export async function apiServer(): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-check-"));
  const state = { objects: {} as Record<string, unknown>, denied: new Set<string>() };
  const server = createServer(async (request, response) => {
    const path = request.url!.split("?")[0]!;
    let body = "";
    for await (const piece of request) body += piece;
    const answer = path.endsWith("/selfsubjectaccessreviews") ? review(body, state.denied) : state.objects[path];
    const status = typeof answer === "number" ? answer : answer === undefined ? 404 : 200;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(status === 200 ? answer : { message: `status ${status}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    "current-context": "here",
    clusters: [{ name: "here", cluster: { server: address, "insecure-skip-tls-verify": true } }],
    contexts: [{ name: "here", context: { cluster: "here", user: "me" } }],
    users: [{ name: "me", user: {} }],
  };
  const file = join(folder, "kubeconfig");
  writeFileSync(file, JSON.stringify(config));
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = file;
  return Object.assign(state, {
    address,
    cluster: () => clusterApi(undefined),
    async close() {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  });
}

function review(body: string, denied: ReadonlySet<string>) {
  const { verb, resource } = JSON.parse(body).spec.resourceAttributes;
  return { status: { allowed: !denied.has(`${verb} ${resource}`) } };
}
