import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { changes, Engine } from "./engine.ts";
import { eventually, get, kubectl, list, nodeIn, servingPods } from "./kubernetes.ts";
import { connection, type Written, writeFor } from "./postgres-cluster/writer.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { cluster, images } = stack;
const namespace = process.env.SLIPWAY_E2E_CLUSTER_NAMESPACE ?? `${stack.namespace}-cluster`;
const program = join(import.meta.dirname, "postgres-cluster");
const engine = new Engine(mkdtempSync(join(tmpdir(), "postgres-cluster-")));
const config = join(engine.folder, "config.yaml");
const pulumi = (...args: string[]) => engine.run([args[0]!, "--stack", "cluster", "--config-file", config, ...args.slice(1)], {}, program);

const operator = await kubectl(["get", "customresourcedefinition", "clusters.postgresql.cnpg.io", "--output=name"]).catch(() => undefined);
if (!operator) console.warn("SKIPPED: nothing was tried of Postgres' mode cluster: the cluster has no CloudNativePG; infra/platform installs it.");

const database = {
  mode: "cluster",
  cluster: { instances: 3 },
  database: "proof",
  storage: "1Gi",
  resources: { cpu: "50m", cpuLimit: "1", memory: "256Mi" },
  image: cluster.images.postgresCluster,
  exporterImage: cluster.images.postgresExporter,
  monitoring: { namespace: "monitoring", interval: "5s" },
};
const configure = (changed: object = {}) =>
  writeFileSync(
    config,
    stringify({
      config: {
        "postgres-cluster:namespace": namespace,
        "postgres-cluster:clientImage": images.app,
        "postgres-cluster:postgres": { ...database, ...changed },
      },
    }),
  );
const up = async () => {
  const run = await pulumi("up", "--yes", "--skip-preview");
  if (run.code !== 0) throw new Error(run.text.slice(-6000));
  return run;
};
const inWriter = async (script: string) => {
  const [pod] = await servingPods(namespace, "writer");
  return nodeIn(namespace, pod.metadata.name, script);
};
const ask = (login: "OWNER" | "POSTGRES" | "READER", statement: string, more = "{}") =>
  inWriter(`${connection} console.log(JSON.stringify(await ask(login("${login}", ${more}), ${JSON.stringify(statement)}).catch(({ message }) => message)));`);
const state = async () => (await get(namespace, "clusters.postgresql.cnpg.io", "postgres")).status;
const healthy = () => eventually("three servers are ready again", 300, async () => (await state()).readyInstances === 3);

describe.skipIf(!operator)("Postgres as a cluster", () => {
  beforeAll(async () => {
    mkdirSync(join(engine.folder, "state"));
    // A project of the same name in the test's own folder: there the engine writes the stack's salt.
    writeFileSync(join(engine.folder, "Pulumi.yaml"), stringify({ name: "postgres-cluster", runtime: "nodejs" }));
    const init = await engine.run(["stack", "init", "cluster", "--no-select"], {}, engine.folder);
    if (init.code !== 0) throw new Error(init.text);
    configure();
    const started = performance.now();
    await up();
    stack.note("postgres cluster: three servers from nothing", `${Math.round((performance.now() - started) / 1000)} s`);
    await ask("OWNER", "CREATE TABLE proof (number bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())");
  });

  afterAll(async () => {
    const down = await pulumi("destroy", "--yes", "--skip-preview");
    await kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s"], { patience: 130 });
    expect(down.code, down.text).toBe(0);
    rmSync(engine.folder, { recursive: true });
  });

  test("a second update changes nothing", async () => {
    expect(changes((await up()).text)).toEqual({ unchanged: expect.any(Number) });
  });

  test("no server takes a plain connection, and none is taken for it without the authority's word", async () => {
    expect(await ask("POSTGRES", "SELECT 1", "{ ssl: false }")).toMatch(/pg_hba.conf rejects connection .* no encryption/);
    expect(await ask("POSTGRES", "SELECT 1", "{ ssl: {} }")).toMatch(/self-signed certificate|unable to (verify|get)/);
    expect(await ask("POSTGRES", "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).toEqual([{ version: "TLSv1.3" }]);
  });

  test.skipIf(!cluster.prometheus)("is seen by the exporter of every mode, and by each server's own", async () => {
    const of = async (query: string) => {
      const answer = await fetch(`${cluster.prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
      return ((await answer.json()) as { data: { result: { value: [number, string] }[] } }).data.result.map(({ value }) => Number(value[1]));
    };
    const where = `{namespace="${namespace}"}`;
    expect(await eventually("the exporter is read", 60, async () => (await of(`pg_up${where}`)).length > 0 && of(`pg_up${where}`))).toEqual([1]);
    await eventually("each server is read", 60, async () => (await of(`cnpg_collector_up${where}`)).join() === "1,1,1");
    expect(await of(`count(pg_stat_replication_pg_wal_lsn_diff${where})`), "followers").toEqual([2]);
  });

  test("each login may do its part and no more", async () => {
    expect(await ask("POSTGRES", "CREATE TABLE other (id int)")).toMatch(/permission denied/);
    expect(await ask("READER", "DELETE FROM proof")).toMatch(/read-only transaction|permission denied/);
    expect(await ask("READER", "SELECT count(*)::int AS rows FROM proof")).toEqual([{ rows: 0 }]);
  });

  test("a primary that is killed under load costs seconds, and no acknowledged write", async () => {
    const before = (await state()).currentPrimary;
    const writing: Promise<Written> = inWriter(writeFor(90));
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    await kubectl(["--namespace", namespace, "delete", "pod", before, "--grace-period=0", "--force"]);
    const written = await writing;
    await healthy();
    expect((await state()).currentPrimary).not.toBe(before);

    const stored = new Set<number>((await ask("OWNER", "SELECT array_agg(number::int) AS numbers FROM proof"))[0].numbers);
    const lost = written.acknowledged.filter((number) => !stored.has(number));
    stack.note(
      "postgres cluster: primary killed under load",
      `${(written.longestGap / 1000).toFixed(1)} s to the next write, ${written.acknowledged.length} acknowledged, ${lost.length} lost, ${written.failures} failed attempts`,
    );
    expect(lost).toEqual([]);
    expect(written.acknowledged.length).toBeGreaterThan(1000);
    // The project's own budget for a failover elsewhere than on kind, and the operator's time to see it.
    expect(written.longestGap).toBeLessThan(60_000);
  });

  test("passwords rotate while the application writes", async () => {
    const writing: Promise<Written> = inWriter(writeFor(30));
    configure({ passwordVersion: 2 });
    await up();
    // Its pod was replaced by the update: what it wrote until then is there, and its successor logs in by the other role.
    await writing.catch(() => undefined);
    expect(await ask("POSTGRES", "SELECT session_user AS name")).toEqual([{ name: "proof_app_b" }]);
    expect(await ask("OWNER", "SELECT session_user AS name")).toEqual([{ name: "proof_owner" }]);
    const [server] = await list(namespace, "pods", "--selector=cnpg.io/instanceRole=primary");
    expect(server.status.containerStatuses[0].restartCount, "a rotation restarts no server").toBe(0);
  });
});
