import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dataDirectory, port, redisConf, secretDirectory } from "./configuration.ts";
import { leaderGuard } from "./guard.ts";
import { passwords, redisIsHere, redisMissing, type WorkbenchRedis, workbenchRedis } from "./workbench.ts";

if (!redisIsHere) console.warn(`skipped: ${redisMissing}`);

const leading = redisConf("state", "48Mi");
const following = (leader: WorkbenchRedis) =>
  redisConf("state", "48Mi", "127.0.0.1").replace(`replicaof 127.0.0.1 ${port}`, `replicaof 127.0.0.1 ${leader.port}`);

describe.skipIf(!redisIsHere)("a leader and its follower", () => {
  let first: WorkbenchRedis;
  let second: WorkbenchRedis;
  beforeEach(async () => {
    [first, second] = [await workbenchRedis(), await workbenchRedis()];
    await first.start(leading);
    await second.start(following(first));
  });
  afterEach(() => Promise.all([first?.remove(), second?.remove()]));

  test("promoted, the replica has what the leader acknowledged, and the old leader follows it", async () => {
    await write(first, "counter", "7");
    await until(async () => (await read(second, "counter")) === "7");
    await Promise.all([first.stop(), second.stop()]);
    await Promise.all([first.start(following(second)), second.start(leading)]);
    expect(await read(second, "counter")).toBe("7");
    await write(second, "counter", "8");
    await until(async () => (await read(first, "counter")) === "8");
    await expect(write(first, "counter", "9")).rejects.toThrow(/READONLY/);
  });

  test("a follower that lost its leader says so instead of telling what is old", async () => {
    await until(async () => (await read(second, "nothing")) === "");
    await first.stop("SIGKILL");
    await until(async () => /MASTERDOWN/.test(await read(second, "counter").catch(String)));
  });

  test("an empty leader is refused while its follower holds data, also when that has lost it", async () => {
    await write(first, "counter", "7");
    await until(async () => (await read(second, "counter")) === "7");
    await first.stop("SIGKILL");
    await sleep(200);
    const refused = await guard(second.port);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.text).toContain("the volume is empty, and 127.0.0.1 holds data: it would be lost. Promote it.");
  });

  test("an empty leader may start when its follower is as empty, or was never made", async () => {
    await until(async () => (await read(second, "nothing")) === "");
    expect(await guard(second.port)).toMatchObject({ code: 0 });
    expect(await guard(second.port, { host: "no-such-host.invalid" })).toMatchObject({ code: 0 });
  });

  test("a leader with data asks nobody", async () => {
    await second.stop("SIGKILL");
    expect(await guard(second.port, { data: true })).toMatchObject({ code: 0 });
  });
});

/** Runs the guard as it stands in the pod, with its places moved here. */
async function guard(at: number, { host = "127.0.0.1", data = false } = {}): Promise<{ code: number; text: string }> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-guard-"));
  try {
    writeFileSync(join(folder, "copy-password"), passwords.copy);
    if (data) mkdirSync(join(folder, "appendonlydir"));
    const script = leaderGuard(host, "Promote it.").replaceAll(dataDirectory, folder).replaceAll(secretDirectory, folder).replaceAll(`-p ${port}`, `-p ${at}`);
    const shell = spawn("sh", ["-c", script], { stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    shell.stderr.on("data", (piece) => {
      text += piece;
    });
    const [code] = await once(shell, "close");
    return { code, text };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function read(bench: WorkbenchRedis, key: string): Promise<string> {
  const connection = await bench.login("app");
  try {
    return String((await connection.command("GET", key)) ?? "");
  } finally {
    connection.close();
  }
}

async function write(bench: WorkbenchRedis, key: string, value: string): Promise<void> {
  const connection = await bench.login("app");
  try {
    await connection.command("SET", key, value);
  } finally {
    connection.close();
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await condition().catch(() => false)) return;
    await sleep(50);
  }
  throw new Error("it did not come about in 10 s");
}
