import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fetchProgram, restoreCommand } from "./restore-command.ts";

const folder = mkdtempSync(join(tmpdir(), "restore-command-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What Postgres sees of a fetch program with that text. */
function codeOf(text: string): number | null {
  const program = join(folder, "fetch.mjs");
  writeFileSync(program, text);
  return spawnSync("sh", ["-c", restoreCommand(program)]).status;
}

test("only a file that is not in the archive ends the replay; every accident stops it", () => {
  expect(codeOf("process.exit(0)")).toBe(0);
  expect(codeOf("process.exit(44)")).toBe(1);
  expect(codeOf("throw new Error()")).toBe(200);
  expect(codeOf("process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1000)")).toBe(200);
  expect(spawnSync("sh", ["-c", restoreCommand(join(folder, "gone.mjs"))]).status).toBe(200);
  expect(spawnSync("sh", ["-c", restoreCommand("fetch.mjs", join(folder, "no-node"))]).status).toBe(200);
});

test("the program is where the pod has it", () => {
  expect(fetchProgram()).toMatch(/backup-tools\/wal-fetch\/main\.ts$/);
});
