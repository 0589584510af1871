import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { capabilities } from "./capabilities.ts";
import { connect, NoCluster } from "./cluster.ts";
import { describeMissing, missingCapabilities } from "./preflight.ts";

/** An API server that knows some groups: enough of one for discovery. */
let server: Server;
let status = 200;
beforeEach(async () => {
  status = 200;
  server = createServer(({ url }, response) => {
    const known = url === "/apis/cert-manager.io/v1";
    response.writeHead(status !== 200 ? status : known ? 200 : 404, { "content-type": "application/json" });
    const resources = capabilities.certManager.kinds.map((kind) => ({ kind, name: kind.toLowerCase(), namespaced: true, singularName: "", verbs: ["get"] }));
    response.end(JSON.stringify({ kind: "APIResourceList", groupVersion: "cert-manager.io/v1", resources }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("KUBECONFIG", kubeconfig((server.address() as AddressInfo).port));
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
});

function kubeconfig(port: number): string {
  const file = join(mkdtempSync(join(tmpdir(), "slipway-kubeconfig-")), "config");
  const cluster = { name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } };
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [cluster],
      users: [{ name: "u", user: {} }],
      contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
      "current-context": "here",
    }),
  );
  return file;
}

test("names what the cluster lacks, and how to install it", async () => {
  const missing = await missingCapabilities(await connect(undefined), ["certManager", "prometheusOperator"]);
  expect(missing).toEqual(["prometheusOperator"]);
  expect(describeMissing(missing)).toMatch(
    /lacks what this stack needs; nothing was changed[\s\S]*Prometheus operator \(PodMonitor, PrometheusRule, ServiceMonitor[\s\S]*helm install kube-prometheus-stack[\s\S]*slipway-platform:monitoring\.enabled[\s\S]*prometheusOperator to false[\s\S]*npx pulumi up --cwd infra\/platform/,
  );
});

test("an unknown context is refused with those that exist", async () => {
  await expect(connect("there")).rejects.toThrow(/no context "there"; it has here\./);
});

test("a missing and an unreadable kubeconfig are told apart", async () => {
  vi.stubEnv("KUBECONFIG", "/nowhere/config");
  await expect(connect(undefined)).rejects.toThrow(/No kubeconfig: \/nowhere\/config does not exist/);
  const broken = kubeconfig(1);
  writeFileSync(broken, "a: [b\nc");
  vi.stubEnv("KUBECONFIG", broken);
  await expect(connect(undefined)).rejects.toThrow(/can't be read/);
});

test.each([
  [401, /does not accept the log-in.* Log in again/],
  [403, /may not list the API's resources/],
  [500, /can't be asked/],
])("an API server that answers %d", async (code, message) => {
  status = code;
  const error: Error = await missingCapabilities(await connect(undefined), ["certManager"]).catch((reason) => reason);
  expect(error).toBeInstanceOf(NoCluster);
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(/\n\s+at /);
});

test("an API server that is not there is named by its address", async () => {
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const error: Error = await missingCapabilities(await connect(undefined), ["certManager"]).catch((reason) => reason);
  expect(error.message).toMatch(new RegExp(`http://127\\.0\\.0\\.1:${port} can't be asked: connect ECONNREFUSED`));
});
