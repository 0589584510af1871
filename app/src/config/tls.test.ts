import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Mistake } from "./mistakes.ts";
import { serverTrustFrom } from "./tls.ts";

const folder = mkdtempSync(join(tmpdir(), "links-tls-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "ca.crt");
const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;

function mistakesOf(environment: Record<string, string>): Mistake[] {
  const mistakes: Mistake[] = [];
  serverTrustFrom(environment, "POSTGRES", mistakes);
  return mistakes;
}

it("follows a renewed authority, and keeps the last one when its file is gone", () => {
  writeFileSync(file, pem("first"));
  const trust = serverTrustFrom({ POSTGRES_SSLMODE: "verify-full", POSTGRES_CA_CRT_FILE: file }, "POSTGRES", []);
  expect({ ...trust }).toEqual({ ca: pem("first") });
  writeFileSync(file, pem("second"));
  expect({ ...trust }).toEqual({ ca: pem("second") });
  rmSync(file);
  expect({ ...trust }).toEqual({ ca: pem("second") });
});

it("asks for nothing where nothing is encrypted", () => {
  expect(serverTrustFrom({}, "POSTGRES", [])).toBe(undefined);
  expect(serverTrustFrom({ POSTGRES_SSLMODE: "disable" }, "POSTGRES", [])).toBe(undefined);
});

it.each(["require", "prefer", "verify-ca", "yes"])("refuses %s, which trusts whoever answers", (mode) => {
  const text = `"${mode}" does not prove who the server is; write verify-full, or disable on your own machine.`;
  expect(mistakesOf({ POSTGRES_SSLMODE: mode, POSTGRES_CA_CRT_FILE: file })).toEqual([{ variable: "POSTGRES_SSLMODE", text }]);
});

it("says what is wrong with the file of the authority", () => {
  expect(mistakesOf({ POSTGRES_SSLMODE: "verify-full" })).toMatchObject([{ variable: "POSTGRES_CA_CRT_FILE", text: expect.stringMatching(/is not set/) }]);
  expect(mistakesOf({ POSTGRES_SSLMODE: "verify-full", POSTGRES_CA_CRT_FILE: join(folder, "none") })).toMatchObject([
    { text: expect.stringMatching(/can't be read \(ENOENT\); mount/) },
  ]);
  writeFileSync(file, "a key");
  expect(mistakesOf({ POSTGRES_SSLMODE: "verify-full", POSTGRES_CA_CRT_FILE: file })).toMatchObject([{ text: expect.stringMatching(/holds no certificate/) }]);
});
