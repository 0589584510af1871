import { expect, test } from "vitest";
import { idOfManifestKey, newId, timeOfId } from "./keys.ts";
import { type Manifest, majorOf, parseManifest, serializeManifest } from "./manifest.ts";

const manifest: Manifest = {
  format: 2,
  kind: "dump",
  id: "2026-11-21T03-17-00Z-x7k2p",
  database: "links",
  systemIdentifier: "7400000000000000001",
  serverVersion: 180_004,
  startedAt: "2026-11-21T03:17:00.000Z",
  snapshotAt: "2026-11-21T03:17:01.000Z",
  finishedAt: "2026-11-21T03:18:00.000Z",
  verifiedAt: "2026-11-21T03:18:00.000Z",
  bytes: 30,
  storedBytes: 40,
  streams: [
    { name: "schema", role: "schema", bytes: 10, chunks: [{ bytes: 15, sha256: "0".repeat(64) }] },
    { name: "data-rest", role: "data", bytes: 20, chunks: [{ bytes: 25, sha256: "f".repeat(64) }] },
  ],
  tables: [{ schema: "public", name: "links", rows: 7 }],
};
const text = (change: object) => serializeManifest({ ...manifest, ...change } as Manifest).toString();

test("a manifest comes back as it was", () => {
  expect(parseManifest(text({}), "k")).toEqual(manifest);
  expect(majorOf(manifest.serverVersion)).toBe(18);
});

test.each<[string, string, RegExp]>([
  ["cut off", text({}).slice(0, 80), /^k is no manifest: it is no JSON; it was cut off or changed/],
  ["of an older format", text({ format: 1 }), /format 1 is not 2/],
  ["without a moment", text({ snapshotAt: undefined }), /snapshotAt undefined is no time/],
  ["with a stream that leads out of its folder", text({ streams: [{ ...manifest.streams[0], name: "../other" }] }), /streams\[0\] has the name "\.\.\/other"/],
  ["with a chunk too few", text({ streams: manifest.streams.slice(1) }), /bytes 30 is not the sum of its streams, 20; storedBytes 40 is not the sum/],
  ["with a chunk without a checksum", text({ streams: [{ ...manifest.streams[0], chunks: [{ bytes: 1 }] }] }), /streams\[0\] has no list of chunks/],
  ["of tables without rows", text({ tables: [{ schema: "public", name: "links" }] }), /tables\[0\] has no schema, name and rows/],
  ["that is null", "null", /it is no object/],
])("a manifest %s is refused", (_, content, message) => expect(() => parseManifest(content, "k")).toThrow(message));

test("every mistake is told at once", () => {
  expect(() => parseManifest(text({ database: 7, kind: "copy", startedAt: "yesterday" }), "k")).toThrow(
    /database is no text; startedAt "yesterday" is no time; kind "copy" is unknown/,
  );
});

test("names of backups sort by time, differ within a second, and say their moment", () => {
  const now = new Date("2026-11-21T03:17:00.900Z");
  const ids = Array.from({ length: 50 }, () => newId(now));
  expect(new Set(ids).size).toBe(50);
  expect(ids[0]).toMatch(/^2026-11-21T03-17-00Z-[a-z0-9]{5}$/);
  expect(timeOfId(ids[0]!)).toEqual(new Date("2026-11-21T03:17:00Z"));
  expect(idOfManifestKey(`p/links/manifests/${ids[0]}.json`)).toBe(ids[0]);
  expect(["p/links/manifests/x.json", `p/links/drills/${ids[0]}.json`, "p/links/manifests/2026-13-41T99-17-00Z-x7k2p.json"].map(idOfManifestKey)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
