import { beforeAll, expect, test } from "vitest";
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

test("the volume of a database that is lost is filled again from the newest backup", async () => {
  const slug = await slugOf(client, "https://example.org/on-the-volume");
  await kubectl(["--namespace", namespace, "create", "job", "before-volume-loss", "--from=cronjob/postgres-backup"]);
  await kubectl(["--namespace", namespace, "wait", "--for=condition=complete", "--timeout=180s", "job/before-volume-loss"], { patience: 200 });

  const lost = performance.now();
  // As docs/disaster-recovery.md has it.
  const gone = ["--namespace", namespace, "delete", "--timeout=120s"];
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
