import { expect, test } from "vitest";
import { manifestKey } from "../format/keys.ts";
import { type Manifest, serializeManifest } from "../format/manifest.ts";
import { findBackup, listBackups } from "./catalogue.ts";
import { LocalStore, manifestOf } from "./local-backup.ts";
import { wantedBackup } from "./wanted-backup.ts";

const store = new LocalStore();
const catalogue = { store, prefix: "backups", database: "links" };
function keep(id: string, change: Partial<Manifest> = {}): void {
  store.content.set(manifestKey("backups", "links", id), serializeManifest(manifestOf(id, change)));
}
const [oldest, middle, base, newest] = ["2026-11-19T03-17-00Z-aaaaa", "2026-11-20T03-17-00Z-bbbbb", "2026-11-20T12-00-00Z-ccccc", "2026-11-21T03-17-00Z-ddddd"];
for (const id of [oldest, middle, newest]) keep(id!);
keep(base!, { kind: "base" });
const find = async (text: string) => (await findBackup(catalogue, wantedBackup(text)!)).id;

test.each([
  ["latest", newest],
  [middle!, middle],
  // The newest that is not younger; the base backup between is another kind.
  ["2026-11-21T00:00:00Z", middle],
  ["2026-11-19T03:17:00Z", oldest],
])("%s is found", async (wanted, id) => expect(await find(wanted)).toBe(id));

test.each([
  ["2026-11-20T03-17-00Z-bbbbc", /there is no backup 2026-11-20T03-17-00Z-bbbbc of database links; the nearest is 2026-11-20T03-17-00Z-bbbbb/],
  ["2026-11-01T00:00:00Z", /no backup of database links is as old as 2026-11-01.*the oldest below backups\/links is 2026-11-19T03-17-00Z-aaaaa/],
  [base!, /is a backup of kind base, not a dump/],
])("%s is not found, and the message says what there is", async (wanted, message) => await expect(find(wanted)).rejects.toThrow(message));

test("a database without backups", async () => {
  await expect(findBackup({ ...catalogue, database: "users" }, wantedBackup("latest")!)).rejects.toThrow(
    /there is no backup of database users below backups\/users\/manifests/,
  );
});

test("one that can't be read stands in the list with its reason, and is not passed over in silence", async () => {
  const broken = "2026-11-21T09-00-00Z-eeeee";
  store.content.set(manifestKey("backups", "links", broken), Buffer.from("{"));
  const listed = await listBackups(catalogue, 10);
  expect(listed.map(({ name }) => name)).toEqual([broken, newest, middle, oldest]);
  expect(listed[0]!.problem).toMatch(/no JSON/);
  await expect(find("latest")).rejects.toThrow(/no manifest.*Name an older backup if its data will do, such as 2026-11-21T03-17-00Z-ddddd/);
});
