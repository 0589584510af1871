import { beforeAll, expect, test } from "vitest";
import { drillNamespace } from "../../infra/config/drill-namespace.ts";
import type { Client } from "./http.ts";
import { eventually, kubectl } from "./kubernetes.ts";
import { slugOf } from "./links.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
let client: Client;
beforeAll(async () => {
  await stack.ensureUp();
  client = await stack.client();
});

const gone = ["--namespace", namespace, "delete", "--timeout=120s"];
const ran = async (at: string, job: string, cronJob: string) => {
  await kubectl(["--namespace", at, "create", "job", job, `--from=cronjob/${cronJob}`]);
  await kubectl(["--namespace", at, "wait", "--for=condition=complete", "--timeout=180s", `job/${job}`], { patience: 200 });
};

test("the volume of a database that is lost is filled again from the newest backup", async () => {
  const slug = await slugOf(client, "https://example.org/on-the-volume");
  await ran(namespace, "before-volume-loss", "postgres-backup");

  const lost = performance.now();
  // As docs/disaster-recovery.md has it.
  await kubectl([...gone, "statefulset/postgres", "persistentvolumeclaim/data-postgres-0"], { patience: 130 });
  await kubectl([...gone, "jobs", "--selector=app.kubernetes.io/instance in (postgres-roles, postgres-restore-from)"], { patience: 130 });
  stack.configure({ "slipway:restoreFrom": { backup: "latest" } });
  const run = await stack
    .update("on an empty volume, from the newest backup", ["--refresh"])
    .finally(() => stack.configure({ "slipway:restoreFrom": undefined }));
  expect(run.code, run.text.slice(-6000)).toBe(0);
  await eventually("the link is followed again", 60, async () => (await client.ask("GET", `/${slug}`)).status === 302);
  stack.note("lost volume", `${((performance.now() - lost) / 1000).toFixed(0)} s from its loss to the first answered request, no row lost`);
  await stack.up("without restoreFrom");
});

test("the volume of the bucket that is lost: the next update makes an empty one, and a backup in it is right", async () => {
  const lost = performance.now();
  await kubectl([...gone, "statefulset/backups-store", "persistentvolumeclaim/data-backups-store-0"], { patience: 130 });
  await kubectl([...gone, "jobs", "--selector=app.kubernetes.io/instance=backups-store-bucket"], { patience: 130 });
  const run = await stack.update("on an empty bucket", ["--refresh"]);
  expect(run.code, run.text.slice(-6000)).toBe(0);
  await ran(namespace, "after-bucket-loss", "postgres-backup");
  stack.note("lost bucket", `${((performance.now() - lost) / 1000).toFixed(0)} s from its loss until there was a backup again, of the store in the cluster`);
  await ran(drillNamespace(namespace), "after-bucket-loss", "restore-drill");
});
