import { expect, test } from "vitest";
import { manifestKey } from "../components/backup-tools/format/keys.ts";
import { serializeManifest } from "../components/backup-tools/format/manifest.ts";
import { LocalStore, manifestOf } from "../components/backup-tools/restore/local-backup.ts";
import { StoreError } from "../components/backup-tools/store/store-error.ts";
import { majorOfImage, restoreProblem } from "./restore-source.ts";

const id = "2026-11-21T03-17-00Z-x7k2p";
const store = new LocalStore();
store.content.set(manifestKey("backups", "links", id), serializeManifest(manifestOf(id)));
const catalogue = { store, prefix: "backups", database: "links" };

test("a backup that is there, of this version or an older one, is no problem", async () => {
  expect(await restoreProblem(catalogue, "latest", 18)).toBeUndefined();
  expect(await restoreProblem(catalogue, id, undefined)).toBeUndefined();
});

test("a newer major version, an unknown name and a moment before the first backup stop the update", async () => {
  expect(await restoreProblem(catalogue, "latest", 17)).toMatchObject({
    stops: true,
    problem: expect.stringMatching(/is of Postgres 18, newer than images\.postgres 17/),
  });
  expect(await restoreProblem(catalogue, "2026-11-21T03-17-00Z-x7k2q", 18)).toMatchObject({
    stops: true,
    problem: expect.stringMatching(/the nearest is 2026-11-21T03-17-00Z-x7k2p/),
  });
  expect(await restoreProblem(catalogue, "2026-11-01T00:00:00Z", 18)).toMatchObject({ stops: true });
});

test("a store that can't be reached from here stops nothing; one that refuses does", async () => {
  const failing = (status: number | undefined) => ({
    ...catalogue,
    store: Object.assign(new LocalStore(), {
      // biome-ignore lint/correctness/useYield: it fails before the first object.
      list: async function* () {
        throw new StoreError({ verb: "list", key: "", bucket: "b", endpoint: "e" }, status ? "AccessDenied" : "ENOTFOUND", status, "");
      },
    }),
  });
  expect(await restoreProblem(failing(undefined), "latest", 18)).toMatchObject({ stops: false });
  expect(await restoreProblem(failing(403), "latest", 18)).toMatchObject({ stops: true });
});

test.each([
  ["docker.io/library/postgres:18.4-bookworm", 18],
  ["registry:5000/postgres:17@sha256:abc", 17],
  ["registry:5000/postgres@sha256:abc", undefined],
])("the version of %s", (reference, major) => expect(majorOfImage(reference)).toBe(major));
