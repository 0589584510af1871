import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubectl, nodeIn, servingPods } from "./kubernetes.ts";
import { settings } from "./settings.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
const elsewhere = `${namespace}-stranger`;

beforeAll(async () => {
  await stack.ensureUp();
  await kubectl(["create", "namespace", elsewhere]);
  await Promise.all([namespace, elsewhere].map((where) => kubectl(["apply", "--filename=-"], { input: JSON.stringify(stranger(where)) })));
  await Promise.all(
    [namespace, elsewhere].map((where) => kubectl(["--namespace", where, "wait", "--for=condition=Ready", "pod/stranger", "--timeout=90s"], { patience: 100 })),
  );
  // A policy takes hold of a new pod about a second after its start.
  await new Promise((resolve) => setTimeout(resolve, 3000));
});
afterAll(async () => {
  await kubectl(["--namespace", namespace, "delete", "pod", "stranger", "--ignore-not-found", "--wait=false"]);
  await kubectl(["delete", "namespace", elsewhere, "--ignore-not-found", "--timeout=120s"], { patience: 150 });
});

const targets = {
  postgres: `postgres.${namespace}.svc:5432`,
  "redis-cache": `redis-cache.${namespace}.svc:6379`,
  "redis-state": `redis-state.${namespace}.svc:6379`,
  "the app's public port": `${settings.service}.${namespace}.svc:8080`,
  "the app's internal port": `${settings.service}.${namespace}.svc:9090`,
  "the backup store": `backups-store.${namespace}.svc:7070`,
};

test("the app itself reaches what it uses, by the same question", async () => {
  const [pod] = await servingPods(namespace, settings.service);
  const found = await reach(namespace, pod.metadata.name);
  expect(found).toMatchObject({ postgres: "open", "redis-cache": "open", "redis-state": "open", "the backup store": "closed" });
});

test("even the app is refused by Postgres when it does not encrypt", async () => {
  const [pod] = await servingPods(namespace, settings.service);
  const script = `import { readFileSync } from "node:fs"; import pg from "pg";
    const { POSTGRES_HOST: host, POSTGRES_DATABASE: database, POSTGRES_USERNAME: user, POSTGRES_PASSWORD_FILE: file } = process.env;
    const client = new pg.Client({ host, database, user, password: readFileSync(file, "utf8"), ssl: false });
    console.log(JSON.stringify(await client.connect().then(() => "let in", ({ message }) => message)));
    process.exit(0);`;
  expect(await nodeIn(namespace, pod.metadata.name, script)).toMatch(/pg_hba.conf rejects connection .* no encryption/);
});

describe.each([
  ["of its own namespace", namespace],
  ["of another namespace", elsewhere],
])("a stranger %s", (_, where) => {
  test("finds every name, and reaches nothing", async () => {
    expect(await reach(where, "stranger")).toEqual(Object.fromEntries(Object.keys(targets).map((name) => [name, "closed"])));
  });
});

test("the stranger of another namespace can connect at all", async () => {
  expect(await reach(elsewhere, "stranger", { "the API server": "kubernetes.default.svc:443" })).toEqual({ "the API server": "open" });
});

/** What a connection to each target comes to: `open`, `closed`, or `no such name`, which would prove nothing. */
function reach(where: string, pod: string, asked: Record<string, string> = targets): Promise<Record<string, string>> {
  const script = `import { lookup } from "node:dns/promises"; import { connect } from "node:net";
    const reach = async (target) => {
      const [host, port] = target.split(":");
      const found = await lookup(host).catch(() => undefined);
      if (!found) return "no such name";
      return new Promise((resolve) => {
        const socket = connect({ host: found.address, port: Number(port) });
        const end = (verdict) => { socket.destroy(); resolve(verdict); };
        socket.setTimeout(3000, () => end("closed")).on("connect", () => end("open")).on("error", () => end("closed"));
      });
    };
    const asked = ${JSON.stringify(asked)};
    console.log(JSON.stringify(Object.fromEntries(await Promise.all(Object.entries(asked).map(async ([name, target]) => [name, await reach(target)])))));`;
  return nodeIn(where, pod, script);
}

/** A pod that nobody's policies know. It runs the app's image, since that has Node and can be pulled here. */
function stranger(where: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "stranger", namespace: where },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "stranger",
          image: stack.images.app,
          command: ["node", "--eval", "setInterval(() => {}, 60_000)"],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } },
        },
      ],
    },
  };
}
