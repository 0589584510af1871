import { writeFileSync } from "node:fs";
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

  test("a cluster that nobody can reach", async () => {
    // Port 1 is reserved and closed everywhere.
    refused(await upWith({ KUBECONFIG: kubeconfig("unreachable", "https://127.0.0.1:1") }), /https:\/\/127\.0\.0\.1:1/, /Is the cluster up/);
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
    clusters: named("cluster", { server }),
    users: named("user", {}),
    contexts: named("context", { cluster: name, user: name }),
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}
