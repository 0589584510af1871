import { execFileSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canonical, type Evidence, publicKeyPem, readEvidence, signEvidence, signingKey } from "./evidence.ts";

const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const evidence: Evidence = {
  format: 1,
  id: "2026-11-21T04-47-00Z-abcde-newest",
  run: "2026-11-21T04-47-00Z-abcde",
  drilled: "newest",
  backup: "2026-11-21T03-17-00Z-x7k2p",
  kind: "dump",
  database: "links",
  startedAt: "2026-11-21T04:47:00Z",
  finishedAt: "2026-11-21T04:48:00Z",
  good: true,
  checks: { restore: true, rows: true },
  problems: [],
  seconds: { fetch: 1, restore: 20, verify: 3.5 },
  recoveryPointSeconds: 5400,
  tables: [{ table: "public.links", expected: 3, restored: 3 }],
};
const publicKey = createPublicKey(publicKeyPem(seed));
const signed = () => JSON.stringify(signEvidence(evidence, signingKey(seed)));

test("the key is the one that RFC 8032 names for its first test", () => {
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  expect(raw).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
});

test("what was signed is read back, however the JSON was written since", () => {
  const { evidence: body, signature } = JSON.parse(signed());
  const shuffled = JSON.stringify({ signature, evidence: Object.fromEntries(Object.entries(body).reverse()) }, undefined, 2);
  expect(readEvidence(shuffled, publicKey)).toEqual(evidence);
});

test.each([
  ["a changed figure", (text: string) => text.replace('"recoveryPointSeconds":5400', '"recoveryPointSeconds":54')],
  ["a drill that was bad", (text: string) => text.replace('"rows":true', '"rows":false')],
  ["a signature of nothing", (text: string) => text.replace(/"value":"[^"]+"/, '"value":""')],
  ["another key", () => JSON.stringify(signEvidence(evidence, signingKey(`${seed.slice(0, 63)}1`)))],
])("%s is refused", (_, change) => expect(() => readEvidence(change(signed()), publicKey)).toThrow(/is not signed by key [0-9a-f]{8}/));

test("anything else is no evidence", () => {
  expect(() => readEvidence("{}", publicKey)).toThrow("is no evidence of a drill in format 1");
});

test("a seed that is none is refused without being shown", () => {
  expect(() => signingKey("secret")).toThrow(/^the signing key is not 64 hexadecimal digits; it is the file signing-key/);
});

test("anybody with openssl can verify it", () => {
  const folder = mkdtempSync(join(tmpdir(), "evidence-"));
  try {
    const { evidence: body, signature } = JSON.parse(signed());
    writeFileSync(join(folder, "evidence"), canonical(body));
    writeFileSync(join(folder, "signature"), Buffer.from(signature.value, "base64"));
    writeFileSync(join(folder, "key.pem"), publicKeyPem(seed));
    const args = ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "evidence", "-sigfile", "signature"];
    expect(execFileSync("openssl", args, { cwd: folder, encoding: "utf8" })).toContain("Verified Successfully");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
