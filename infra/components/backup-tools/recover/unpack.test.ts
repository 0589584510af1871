import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import type { Manifest } from "../format/manifest.ts";
import type { ObjectStore } from "../store/object-store.ts";
import { StoreError } from "../store/store-error.ts";
import { unpackBase } from "./unpack.ts";

const folder = mkdtempSync(join(tmpdir(), "unpack-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

// More than what a pipe holds, so that whoever writes it notices when nobody reads.
const stored = zstdCompressSync(randomBytes(4 * 2 ** 20));
const whole = { get: async () => Buffer.from(stored) } as unknown as ObjectStore;
const chunk = { bytes: stored.length, sha256: createHash("sha256").update(stored).digest("hex") };
const base = { id: "2026-11-21T12-00-00Z-abcde", streams: [{ name: "base", role: "base", bytes: stored.length, chunks: [chunk] }] } as unknown as Manifest;

/** Unpacks with a tar and a pg_verifybackup that do what they are told. */
function unpack(name: string, tar: string, { store = whole, verify = "exit 0" } = {}): Promise<void> {
  const programs = join(folder, name);
  mkdirSync(programs);
  for (const [program, does] of Object.entries({ tar, pg_verifybackup: verify })) {
    writeFileSync(join(programs, program), `#!/bin/sh\n${does}\n`);
    chmodSync(join(programs, program), 0o755);
  }
  vi.stubEnv("PATH", `${programs}:${process.env.PATH}`);
  return unpackBase({ store, prefix: "b", database: "links" }, base, undefined, join(programs, "data"));
}

test("a tar that somebody kills is told as that, not as a closed pipe", async () => {
  await expect(unpack("killed", "head -c 1000 > /dev/null; kill -KILL $$")).rejects.toThrow(
    /2026-11-21T12-00-00Z-abcde can't be unpacked: tar ended with signal SIGKILL/,
  );
});

test("a tar that fails early tells why", async () => {
  await expect(unpack("full", "head -c 1000 > /dev/null; echo no space left >&2; exit 2")).rejects.toThrow(/tar ended with code 2: no space left/);
});

test("a tar that has seen the archive's end leaves early; what is there is checked", async () => {
  await unpack("early", "head -c 1000 > /dev/null");
  await expect(unpack("short", "head -c 1000 > /dev/null", { verify: "echo base/1 is missing >&2; exit 1" })).rejects.toThrow(/base\/1 is missing/);
});

test("a bucket that fails is the reason, not the tar that was ended for it", async () => {
  const subject = { endpoint: "http://store", bucket: "backups", verb: "get", key: "data" };
  const store = { get: () => Promise.reject(new StoreError(subject, "EPIPE", undefined, "write EPIPE")) } as unknown as ObjectStore;
  await expect(unpack("bucket", "cat > /dev/null", { store })).rejects.toThrow(/backups/);
});
