import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ToolProgram, toolsConfigMapData } from "../programs.ts";
import { type LocalServer, localServer, postgresPrograms } from "../restore/local-server.ts";
import { runSql } from "../restore/sql.ts";
import { type StoreWorkbench, startStore, testBucket } from "../store/workbench.ts";
import { segmentBytes } from "./segment.ts";

/** A disk of that size, which only root can make. */
function disk(megabytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "slipway-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  return status === 0 ? folder : undefined;
}

// Room for three segments of 16 MB.
const folder = postgresPrograms() && disk(56);
if (!folder) console.warn("full-disk.test.ts is skipped: it needs PostgreSQL 15 or newer and the right to mount a tmpfs; run it as root.");

describe.skipIf(!folder)("a disk that is full while the log is archived", () => {
  let local: LocalServer;
  let store: StoreWorkbench;
  let archive: ChildProcess;
  let log = "";
  beforeAll(async () => {
    [local, store] = await Promise.all([localServer(), startStore()]);
  });
  afterAll(async () => {
    if (archive?.exitCode === null) {
      archive.kill("SIGKILL");
      await once(archive, "exit");
    }
    await Promise.all([local?.stop(), store?.close()]);
    // What the archive had started may still have a file open there.
    execFileSync("umount", ["--lazy", folder!]);
  });

  /** Programs as a pod has them: the archive starts the one that makes a base. */
  const mounted = (...programs: ToolProgram[]) => {
    const tools = mkdtempSync(join(tmpdir(), "slipway-tools-"));
    for (const [key, text] of Object.entries(toolsConfigMapData(...programs))) {
      const path = join(tools, key.replaceAll("--", "/"));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    return tools;
  };
  const said = async (what: RegExp) => {
    for (const end = Date.now() + 60_000; !what.test(log); await sleep(100)) if (Date.now() > end) throw new Error(`waited for ${what} in:\n${log}`);
  };
  /** A row, and the end of the segment that it is in; its name. */
  const write = (row: string) =>
    runSql(local.admin, "links", `CREATE TABLE IF NOT EXISTS log (line text); INSERT INTO log VALUES ('${row}'); SELECT pg_walfile_name(pg_switch_wal());`);
  const stored = () =>
    [...store.objects.keys()]
      .filter((key) => key.includes("/wal/"))
      .map((key) => key.split("/").at(-1)!.slice(0, 24))
      .sort();

  test("says so and keeps nothing half; with room again it goes on by itself, without a hole", async () => {
    const scratch = mkdtempSync(join(tmpdir(), "slipway-archive-"));
    mkdirSync(join(scratch, "key"));
    for (const [name, text] of Object.entries({ password: "only for a test", "key/access-key-id": "one", "key/secret-access-key": "secret" })) {
      writeFileSync(join(scratch, name), text);
    }
    const { PATH, PGHOST, PGPORT } = local.admin;
    archive = spawn(process.execPath, [join(mounted("wal/main", "base/main"), "wal/main.js")], {
      env: {
        ...{ PATH, PGHOST, PGPORT, PGUSER: "postgres", PGDATABASE: "links", PASSWORD_FILE: join(scratch, "password"), SCRATCH: scratch, STATUS_PORT: "0" },
        ...{ BUCKET: testBucket, ENDPOINT: store.endpoint, REGION: "eu-central-1", PREFIX: "backups", DIRECTORY: join(folder!, "wal") },
        ...{ WRITER_ACCESS_KEY_DIRECTORY: join(scratch, "key"), READER_ACCESS_KEY_DIRECTORY: join(scratch, "key") },
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    archive.stdout!.setEncoding("utf8").on("data", (text: string) => (log += text));
    await said(/is archived from/);
    const first = await write("before");
    await said(new RegExp(`${first} is archived and was read back`));

    // Somebody else's files take the node's disk.
    const filler = join(folder!, "filler");
    spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=1M"], { stdio: "ignore" });
    const meanwhile = [await write("one"), await write("two"), await write("three")];
    await said(/No space left on device[\s\S]*tried again in/);
    const last = meanwhile.at(-1)!;
    expect(stored()).not.toContain(last);

    rmSync(filler);
    await said(new RegExp(`${last} is archived and was read back`));
    const numbers = stored().map((name) => Number.parseInt(name.slice(8, 16), 16) * 256 + Number.parseInt(name.slice(16), 16));
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => numbers[0]! + index));
    expect(stored()).toEqual(expect.arrayContaining([first, ...meanwhile]));
    for (const body of [...store.objects].filter(([key]) => key.includes("/wal/")).map(([, body]) => body)) expect(body.length).toBeLessThan(segmentBytes);
    expect(archive.exitCode, "it was never ended by it").toBe(null);
  });
});
