import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadStackConfig } from "./load.ts";

/** The dev stack with a `restoreFrom` and secrets of its own. */
function load(restoreFrom: unknown, restore?: unknown) {
  const { config } = parse(readFileSync(join(import.meta.dirname, "..", "..", "Pulumi.dev.yaml"), "utf8")) as { config: Record<string, unknown> };
  const dev = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("slipway:", ""), value]));
  const raw = { ...dev, restoreFrom, ...(restore ? { secrets: { restore } } : {}) };
  return loadStackConfig(raw, { stack: "dev", project: "slipway", isSecret: (key) => key === "secrets" });
}
const key = { accessKeyId: "reader", secretAccessKey: "its-secret" };

test("a backup, of the stack's own bucket or of another's, is what a new database is filled from", () => {
  expect(load({ backup: "2026-11-21T03-17-00Z-x7k2p" }).restoreFrom).toEqual({ backup: "2026-11-21T03-17-00Z-x7k2p" });
  const { restoreFrom, restoreSecrets } = load({ backup: "latest", bucket: "copy", endpoint: "https://s3.example.org" }, key);
  expect(restoreFrom).toMatchObject({ bucket: "copy", endpoint: "https://s3.example.org" });
  expect(Object.keys(restoreSecrets)).toEqual(["accessKeyId", "secretAccessKey"]);
});

test.each([
  ["2026-11-21T03:00:00Z", "2026-11-21T03:00:00Z"],
  ["2026-11-21 03:00:00.671 +0000 UTC", "2026-11-21T03:00:00.671Z"],
  ["2026-11-21 03:00:00 +0200 CEST", "2026-11-21T03:00:00+02:00"],
  ["2026-11-21 00:00:00 +0000 UTC", "2026-11-21T00:00:00Z"],
])("a moment that the engine hands on as %s is %s", (backup, moment) => expect(load({ backup }).restoreFrom?.backup).toBe(moment));

test.each<[string, unknown, unknown, RegExp]>([
  ["no backup", {}, undefined, /slipway:restoreFrom\.backup: is missing; write latest, a backup's name such as/],
  ["a word that names none", { backup: "newest" }, undefined, /restoreFrom\.backup: found "newest"; write latest, a backup's name/],
  ["a moment to come", { backup: "2099-01-01T00:00:00Z" }, undefined, /restoreFrom\.backup: found "2099-01-01T00:00:00Z"; write latest, .* or a past moment/],
  [
    "a place without its bucket",
    { backup: "latest", region: "eu-west-1" },
    undefined,
    /restoreFrom\.region: eu-west-1 means nothing without slipway:restoreFrom\.bucket/,
  ],
  ["a bucket that is nowhere", { backup: "latest", bucket: "copy" }, undefined, /restoreFrom\.region: is missing; name the region of the bucket/],
  [
    "half a key",
    { backup: "latest", bucket: "copy", region: "eu-west-1" },
    { accessKeyId: "reader" },
    /secrets\.restore\.secretAccessKey: is missing; set it with: pulumi config set --secret/,
  ],
  [
    "a store outside AWS without a key",
    { backup: "latest", bucket: "copy", endpoint: "https://s3.example.org" },
    undefined,
    /secrets\.restore\.accessKeyId: is missing, and a store outside AWS/,
  ],
  ["a word for whether the log is replayed", { backup: "latest", pointInTime: "yes" }, undefined, /restoreFrom\.pointInTime: found "yes"/],
  ["a misspelled key", { bakcup: "latest" }, undefined, /slipway:restoreFrom\.bakcup: nobody reads this key; did you mean backup\?/],
])("refuses %s", (_, restoreFrom, restore, message) => expect(() => load(restoreFrom, restore)).toThrow(message));

test("no secret gets into a message", () => {
  expect(() => load({ backup: "latest" }, { ...key, encryptionKey: "no-hex-digits" })).toThrow(
    /secrets\.restore\.encryptionKey: has a wrong value; give the key of those backups, 64 hex digits/,
  );
});
