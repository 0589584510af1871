import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test as base, expect } from "vitest";
import { ScriptsWorkbench } from "./scripts-workbench.ts";

/*
 * Only the programs at the ends are small ones of this test, so that each can fail at a chosen moment; the end-to-end test runs
 * the real ones.
 */
const test = base.extend<{ workbench: ScriptsWorkbench }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern which fixtures this one needs
  workbench: async ({}, use) => {
    const workbench = new ScriptsWorkbench();
    await use(workbench);
    workbench.end();
  },
});

test.concurrent("a whole dump is stored, verified and recorded", async ({ workbench }) => {
  const { dump, upload } = await workbench.run();
  expect([dump.code, upload.code], dump.log + upload.log).toEqual([0, 0]);
  const [object, manifest] = workbench.stored();
  expect(object).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-x7k2p\.dump$/);
  expect(manifest).toBe(object!.replace(".dump", ".json"));
  expect(workbench.read(`store/bucket/backups/links/${object}`)).toBe(workbench.read("source"));
  expect(JSON.parse(workbench.read(`store/bucket/backups/links/${manifest}`))).toMatchObject({
    database: "links",
    schemaVersion: 7,
    format: 1,
    object,
    bytes: 3_200_005,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    tables: 1,
    dumpVersion: "18.4",
  });
  expect(dump.log + upload.log).not.toContain("secret-of-the-database");
});

test.concurrent("a store that expires backups by itself is left alone", async ({ workbench }) => {
  expect((await workbench.run()).upload.code).toBe(0);
  expect(existsSync(join(workbench.folder, "deleted"))).toBe(false);
});

test.concurrent("elsewhere old backups go, manifests first", async ({ workbench }) => {
  await workbench.run({ EXPIRE_DAYS: "7" });
  const [first, second] = workbench.read("deleted").trim().split("\n");
  expect(first).toContain("--min-age 7d --include *.json");
  expect(second).toMatch(/--min-age 7d writer:bucket\/backups\/links\/$/);
});

test.concurrent("a run that failed removes nothing", async ({ workbench }) => {
  workbench.fault("pg_restore", "exit 1");
  await workbench.run({ EXPIRE_DAYS: "7" });
  expect(existsSync(join(workbench.folder, "deleted"))).toBe(false);
});

// In each of these both sides must end by themselves, one of them must say why, and no manifest may appear.
test.concurrent.for<[string, string, string, RegExp]>([
  ["the password is wrong", "psql", 'echo "password authentication failed" >&2; exit 2', /reader can't read database links at postgres:5432/],
  ["the dump breaks off", "pg_dump", 'case "$*" in --version) ;; *) head -c 1000000 "$T/source"; exit 1 ;; esac', /pg_dump ended with code 1/],
  ["the dump is killed", "pg_dump", 'case "$*" in --version) ;; *) head -c 1000000 "$T/source"; kill -9 $$ ;; esac', /pg_dump ended with code 137/],
  ["the dump is empty", "pg_dump", 'case "$*" in --version) ;; *) exit 1 ;; esac', /pg_dump ended with code 1/],
  ["the dump is no archive", "pg_dump", 'case "$*" in --version) ;; *) echo nonsense; exit 0 ;; esac', /pg_restore can't list/],
  [
    "listing is refused",
    "rclone",
    'case "$*" in *" lsf "*) echo "AccessDenied" >&2; exit 1 ;; esac',
    /bucket bucket at http:\/\/store can't be listed: AccessDenied/,
  ],
  ["storing is refused", "rclone", 'case "$*" in *" rcat "*) echo "AccessDenied" >&2; exit 1 ;; esac', /AccessDenied[\s\S]*can't be stored in bucket bucket/],
  ["the upload breaks off", "rclone", 'case "$*" in *" rcat "*) head -c 1000 >/dev/null; kill -9 $$ ;; esac', /can't be stored in bucket bucket/],
  ["the store loses what it took", "rclone", 'case "$*" in *" rcat "*) cat >/dev/null; exit 0 ;; esac', /can't be read back from bucket bucket/],
  [
    "the store keeps less than it took",
    "rclone",
    'case "$*" in *" rcat "*) mkdir -p "$(dirname "$path")"; head -c 900000 >"$path"; cat >/dev/null; exit 0 ;; esac',
    /900000 bytes instead of .* and 3200005/,
  ],
  [
    "one byte comes back wrong",
    "rclone",
    'case "$*" in *" cat "*.dump) sed s/f0/e0/ "$path"; exit 0 ;; esac',
    /and 3200005 bytes instead of .* and 3200005: it is not a backup/,
  ],
  ["reading back is refused", "rclone", 'case "$*" in *" cat "*) exit 1 ;; esac', /can't be read back/],
  ["the manifest can't be stored", "rclone", 'case "$*" in *" copyto "*) exit 1 ;; esac', /without it .*\.dump does not count/],
])("no backup is recorded when %s", async ([, program, command, reason], { workbench }) => {
  workbench.fault(program, command);
  const { dump, upload } = await workbench.run();
  expect(upload.code).toBe(1);
  expect(dump.log + upload.log).toMatch(reason);
  expect(workbench.stored().filter((name) => name.endsWith(".json"))).toEqual([]);
});

test.concurrent("a dump that breaks off never becomes an object", async ({ workbench }) => {
  workbench.fault("pg_dump", 'case "$*" in --version) ;; *) head -c 1000000 "$T/source"; exit 1 ;; esac');
  await workbench.run();
  expect(workbench.stored()).toEqual([]);
});

test.concurrent.for(["dump.sh", "upload.sh"] as const)(
  "when the container of %s is killed midway, the other one ends and nothing counts",
  async (victim, { workbench }) => {
    workbench.fault("pg_dump", 'while touch "$T/midway" && head -c 10000 "$T/source"; do sleep 0.1; done; exit 1');
    const sides = { "dump.sh": workbench.start("dump.sh"), "upload.sh": workbench.start("upload.sh") };
    while (!existsSync(join(workbench.folder, "midway"))) await pause(20);
    process.kill(-sides[victim].child.pid!, "SIGKILL");
    const { code, log } = await sides[victim === "dump.sh" ? "upload.sh" : "dump.sh"].ended;
    expect(code).toBe(1);
    expect(log).toMatch(/the dump did not come to its end; nothing was stored|container upload stopped taking the dump/);
    expect(workbench.stored()).toEqual([]);
  },
);

test.concurrent("a side whose other half never starts says so", async ({ workbench }) => {
  const { code, log } = await workbench.start("upload.sh", { RENDEZVOUS_SECONDS: "1" }).ended;
  expect(code).toBe(1);
  expect(log).toContain("container dump did not start within 1 s");
});

test.concurrent("a database too large for the memory is refused with the amount that is enough", async ({ workbench }) => {
  workbench.fault("psql", 'case "$*" in *json_build_object*) ;; *) echo 1099511627776; exit 0 ;; esac');
  const { upload } = await workbench.run();
  expect(upload.log).toMatch(/parts of 117 MiB, which needs 298 MiB of memory instead of 96; raise uploadResources\.memory to 298Mi/);
});
