import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { images as catalogue } from "../../../infra/components/index.ts";
import { output } from "../command.ts";
import { repository } from "../engine.ts";
import { runJob } from "../jobs.ts";
import { eventually, get, type KubernetesObject, kubectl, list, nodeIn, servingPods } from "../kubernetes.ts";
import { secondsSince } from "../notes.ts";
import { thisStack } from "../this-stack.ts";
import { createOne, createWhileAnswered, everyRow, follow, locale } from "./mode-change/user.ts";
import { OwnStack } from "./own-stack.ts";

const operator = await kubectl(["get", "customresourcedefinition", "clusters.postgresql.cnpg.io", "--output=name"]).catch(() => undefined);
if (!operator) console.warn("SKIPPED: no change of Postgres' mode was tried: the cluster has no CloudNativePG; infra/platform installs it.");

const stack = thisStack();
const own = new OwnStack("mode-change", `${process.env.SLIPWAY_E2E_MODE_NAMESPACE ?? stack.namespace}-mode`);
const { namespace } = own;
const images: Record<string, string> = { ...catalogue, ...stack.cluster.images };

/** The stack's values with a mode. Protected as in prod. */
function values(mode: "single" | "cluster", more: object = {}) {
  const args = { database: "links", storage: "1Gi", resources: { cpu: "50m", cpuLimit: "1", memory: "256Mi" }, protect: true };
  const ofMode = mode === "cluster" ? { image: images.postgresCluster, cluster: { instances: 1 } } : { image: images.postgres };
  return { images, image: stack.images.app, postgres: { ...args, ...ofMode, mode }, ...more };
}

/** A command of docs/postgres.md as a person would copy it, with this stack's namespace instead of the page's. */
const page = readFileSync(join(repository, "docs", "postgres.md"), "utf8");
function documented(part: string): Promise<string> {
  const found = page.split("\n").filter((line) => /^ +kubectl /.test(line) && line.includes(part));
  expect(found, `commands of the page with ${part}`).toHaveLength(1);
  return output(["sh", "-c", found[0]!.replaceAll("links-prod", namespace)], { patience: 200 });
}

async function asUser(script: string): Promise<KubernetesObject> {
  const [pod] = await servingPods(namespace, "writer");
  return nodeIn(namespace, pod.metadata.name, script);
}

/** All that the service's container is told of the database, but for its values. */
async function told(): Promise<object> {
  const { containers, volumes } = (await get(namespace, "deployment", "links")).spec.template.spec;
  const [{ env, volumeMounts }] = containers;
  return { variables: env.map(({ name }: KubernetesObject) => name), volumeMounts, volumes: volumes.map(({ name }: KubernetesObject) => name) };
}

const there = (...object: string[]) => kubectl(["--namespace", namespace, "get", ...object, "--ignore-not-found", "--output=name"]);

describe.skipIf(!operator)("Postgres from one mode to another, as docs/postgres.md has it", () => {
  let created: Record<string, string>;
  let rows: Record<string, string[]>;
  let later: string;
  let stopped: number;

  /** Follows every link until all are answered, and gives those that lead elsewhere than they should. */
  async function astray(): Promise<string[]> {
    const found = await eventually("the service answers", 120, () => asUser(follow(Object.keys(created))));
    return Object.keys(created).filter((slug) => found[slug] !== created[slug]);
  }

  beforeAll(() => own.create(values("single")));
  afterAll(async () => {
    await own.unprotect();
    await own.remove();
  });

  test("nobody writes any more when the last backup is made", async () => {
    const first = await eventually("the service answers", 60, () => asUser(createOne));
    await asUser(follow([first]));
    await eventually("the worker has counted it", 60, async () => (await asUser(everyRow)).link_statistics.length === 1);

    const creating = asUser(createWhileAnswered);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await documented("scale deployment/links deployment/links-worker --replicas=0");
    stopped = performance.now();
    await documented("wait pod --for=delete");
    await documented("create job last-backup");
    await documented("wait --for=condition=Complete job/last-backup");
    created = await creating;
    rows = await asUser(everyRow);
    expect(Object.keys(created).length).toBeGreaterThan(20);
    expect(Object.keys(rows)).toEqual(expect.arrayContaining(["link_statistics", "links", "schema_migrations"]));
  });

  test("the cluster begins with every row, and the service sees no other difference than the host", async () => {
    const before = { ...(await told()), ...(await asUser(locale)) };
    await own.unprotect();
    const started = performance.now();
    await own.up(values("cluster", { restoreFrom: "latest" }));
    const updated = secondsSince(started);
    expect(await asUser(everyRow)).toEqual(rows);
    await documented("scale deployment/links --replicas=2");
    const lost = await astray();
    stack.note(
      "postgres from single to cluster",
      `${secondsSince(stopped)} from the application's stop to the first answered requests, ${updated} of them the update; of ${Object.keys(created).length} acknowledged links ${lost.length} missing`,
    );
    expect(lost).toEqual([]);
    expect({ ...(await told()), ...(await asUser(locale)) }).toEqual(before);
    later = await asUser(createOne);
    expect(await kubectl(["--namespace", namespace, "logs", "--selector=app.kubernetes.io/instance=postgres-restore-from"])).toMatch(
      /database links was restored from backup/,
    );
  });

  test("without restoreFrom the cluster goes on, is backed up, and lacks nothing that the old server had under the same name", async () => {
    await own.up(values("cluster"));
    await runJob(namespace, "after-the-change", "postgres-backup");
    expect(await asUser(follow([later]))).toEqual({ [later]: "https://example.org/after" });
    for (const [kind, name] of [
      ["serviceaccount", "postgres"],
      ["poddisruptionbudget", "postgres-primary"],
    ]) {
      const { metadata } = await get(namespace, kind!, name!);
      expect(metadata.ownerReferences, `${kind} ${name}`).toMatchObject([{ kind: "Cluster", name: "postgres" }]);
    }
  });

  test("the way back finds the old database as it was left", async () => {
    expect(await there("statefulset/postgres")).toBe("");
    expect(await there("persistentvolumeclaim/data-postgres-0")).not.toBe("");
    await own.unprotect();
    const started = performance.now();
    await own.up(values("single"));
    expect(await asUser(everyRow)).toEqual(rows);
    const lost = await astray();
    stack.note("postgres from cluster back to single", `${secondsSince(started)}; of ${Object.keys(created).length} links of before ${lost.length} missing`);
    expect(lost).toEqual([]);
    expect(await asUser(follow([later])), "what only the cluster has").toEqual({ [later]: 404 });
    expect(await list(namespace, "clusters.postgresql.cnpg.io"), "the cluster, protected").toHaveLength(1);
    await documented("delete clusters.postgresql");
  });
});
