import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { clusterWithout } from "./cluster/without.ts";
import { changes, type EngineRun, stackTrace } from "./engine.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
beforeAll(async () => void (await stack.ensureUp()));

const upWith = (env: Record<string, string | undefined>) => stack.engine.on("up", ["--yes", "--skip-preview"], env);

function refused(run: EngineRun, ...said: RegExp[]): void {
  expect(run.code).not.toBe(0);
  expect(run.text).not.toMatch(stackTrace);
  for (const part of said) expect(run.text).toMatch(part);
  const { created, updated, deleted, replaced } = changes(run.text);
  expect([created, updated, deleted, replaced], "nothing was changed").toEqual([undefined, undefined, undefined, undefined]);
}

describe("an update stops before its first change, with a message and its mend", () => {
  test("no kubeconfig", async () => {
    const missing = join(stack.folder, "no-such-kubeconfig");
    refused(await upWith({ KUBECONFIG: missing }), /no-such-kubeconfig does not exist/, /Set KUBECONFIG/);
  });

  test("a cluster that is not there", async () => {
    const { address } = await listener();
    refused(await upWith({ KUBECONFIG: kubeconfig("closed", address) }), /ECONNREFUSED/, /Is the cluster up/);
  });

  test("a cluster that never answers", async () => {
    // Takes the connection and stays silent, as a firewall or a hanging load balancer does.
    const { address, close } = await listener({ stays: true });
    try {
      refused(await upWith({ KUBECONFIG: kubeconfig("silent", address) }), /no answer within 10 s/, /Is the cluster up/);
    } finally {
      close();
    }
  });

  test("a cluster without cert-manager", async () => {
    const cluster = await clusterWithout("cert-manager.io/v1");
    try {
      const run = await upWith({ KUBECONFIG: kubeconfig("without-cert-manager", cluster.address) });
      refused(run, /cert-manager \(Certificate, Issuer of cert-manager\.io\/v1\)/, /helm install cert-manager/, /nothing was changed/);
    } finally {
      cluster.close();
    }
  });

  test("a wrong passphrase", async () => {
    refused(await upWith({ PULUMI_CONFIG_PASSPHRASE: "a wrong one" }), /incorrect passphrase/);
  });

  test("a mistake in the config", async () => {
    stack.configure({ "slipway:web": { replicas: { min: 5, max: 4 } } });
    try {
      refused(await stack.update("with a mistake"), /replicas/, /5/, /4/);
    } finally {
      stack.configure({ "slipway:web": { replicas: { min: 2, max: 4 } } });
    }
  });
});

test("after all that the stack is as it was", async () => {
  const run = await stack.update("after the bad ones", ["--expect-no-changes"]);
  expect(run.code, run.text).toBe(0);
});

function kubeconfig(name: string, server: string): string {
  const file = join(stack.folder, `${name}.json`);
  const named = (key: string, value: object) => [{ name, [key]: value }];
  const content = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: named("cluster", { server, "insecure-skip-tls-verify": true }),
    users: named("user", {}),
    contexts: named("context", { cluster: name, user: name }),
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** A port of this machine: one that was closed a moment ago, or one that takes connections and says nothing. */
async function listener({ stays = false } = {}): Promise<{ address: string; close(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  if (!stays) close();
  return { address: `https://127.0.0.1:${port}`, close };
}
