import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chunkKey } from "../format/encryption.ts";
import { newId, timeOfId } from "../format/keys.ts";
import { type Manifest, parseManifest } from "../format/manifest.ts";
import { storedDump } from "../restore/dump-source.ts";
import { postgresPrograms } from "../restore/local-server.ts";
import { restoreDump } from "../restore/restore-dump.ts";
import { askSql, runSql } from "../restore/sql.ts";
import { refuseRequest, signedBy } from "../store/workbench.ts";
import { type BackupWorkbench, startWorkbench } from "./workbench.ts";

const available = postgresPrograms() !== undefined;
if (!available) console.warn("backup.test.ts is skipped: this machine has no initdb and pg_dump; install PostgreSQL 15 or newer.");

describe.skipIf(!available)("with a real server", () => {
  let work: BackupWorkbench;
  beforeAll(async () => {
    work = await startWorkbench();
  });
  afterAll(() => work?.close());
  beforeEach(() => {
    work.bench.objects.clear();
    work.bench.requests.length = 0;
    Object.assign(work.bench, { fault: () => false, delay: 0, pageSize: 1000 });
  });

  const manifests = () => work.stored().filter((key) => key.startsWith("manifests/"));
  const manifestAt = (key: string) => parseManifest(work.bench.objects.get(`backups/links/${key}`)!.toString(), key);
  async function backUp(change?: NodeJS.ProcessEnv): Promise<Manifest> {
    const { code, log } = await work.start(change).ended;
    expect(code, log).toBe(0);
    expect(manifests(), log).toHaveLength(1);
    return manifestAt(manifests()[0]!);
  }
  async function restored(manifest: Manifest, key?: string): Promise<number[]> {
    const { admin } = work.local;
    await runSql(admin, "postgres", "CREATE DATABASE again");
    try {
      const scratch = mkdtempSync(join(tmpdir(), "slipway-again-"));
      const stored = { store: work.bench.store(), prefix: "backups", manifest, key: key === undefined ? undefined : chunkKey(key, "test") };
      await restoreDump({ source: storedDump(stored), server: admin, database: "again", scratch, parallel: 2 });
      return (await askSql<number[]>(admin, "again", countsSql))!;
    } finally {
      await runSql(admin, "postgres", "DROP DATABASE again WITH (FORCE)");
    }
  }
  const countsSql = `SELECT json_build_array((SELECT count(*) FROM links), (SELECT count(*) FROM hits), (SELECT sum(length(text)) FROM wide), (SELECT count(*) FROM "Odd ""Name"."T*able"));`;

  test("what the manifest says is what is restored, large tables from streams of their own", async () => {
    const manifest = await backUp();
    expect(manifest).toMatchObject({ kind: "dump", database: "links", schemaVersion: "0002_hits" });
    expect(manifest).not.toHaveProperty("encryption");
    expect(manifest.streams.map(({ name, tables }) => [name, tables])).toEqual([
      ["schema", undefined],
      ["data-001", ["public.wide"]],
      ["data-rest", undefined],
    ]);
    expect(manifest.tables.map(({ name, rows }) => [name, rows])).toEqual([
      ["T*able", 1],
      ["hits", 3000],
      ["links", 500],
      ["schema_migrations", 2],
      ["wide", 9000],
    ]);
    expect(await restored(manifest)).toEqual([500, 3000, 9000 * 640, 1]);
  });

  test("encrypted, nothing of it can be read in the store, and it comes back with the key alone", async () => {
    const key = "5e".repeat(32);
    const file = join(mkdtempSync(join(tmpdir(), "slipway-key-")), "key");
    writeFileSync(file, key);
    const manifest = await backUp({ ENCRYPTION_KEY_FILE: file });
    expect(manifest.encryption).toEqual({ algorithm: "AES-256-GCM", keyId: chunkKey(key, "test").keyId });
    const content = Buffer.concat([...work.bench.objects].filter(([name]) => name.includes("/data/")).map(([, body]) => body));
    expect(content.includes("PGDMP"), "the first letters of every dump").toBe(false);
    expect(await restored(manifest, key)).toEqual([500, 3000, 9000 * 640, 1]);
    await expect(restored(manifest, "ab".repeat(32))).rejects.toThrow();
  });

  test("while rows are written, every stream is of the same moment", async () => {
    const { admin } = work.local;
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n += 1) {
        await runSql(admin, "links", `BEGIN; INSERT INTO links VALUES ('w${n}', 'x'); UPDATE wide SET text = text || 'y' WHERE id = ${n + 1}; COMMIT;`);
      }
    })();
    try {
      const [links, , letters] = await restored(await backUp());
      expect(links! - 500).toBe(letters! - 9000 * 640);
    } finally {
      writing = false;
      await writer;
      await runSql(admin, "links", "DELETE FROM links WHERE slug LIKE 'w%'; UPDATE wide SET text = rtrim(text, 'y');");
    }
  });

  test("the writer reads nothing and the reader stores nothing", async () => {
    work.bench.fault = (request, response) => {
      const wrong = signedBy(request) === (request.method === "GET" ? "writer" : "reader");
      return wrong && refuseRequest(response, 403, "AccessDenied");
    };
    await backUp();
  });

  // Each request is one point at which the process is killed: during every stream, the check, the manifest and the expiry.
  test("killed at any point, no half backup counts, and the next run is right and leaves nothing over", async () => {
    await backUp();
    const points = work.bench.requests.length;
    expect(points).toBeGreaterThanOrEqual(10);
    for (let point = 1; point <= points; point += 1) {
      work.bench.objects.clear();
      let request = 0;
      const killed = work.start();
      work.bench.fault = () => {
        request += 1;
        if (request === point) killed.child.kill("SIGKILL");
        return request >= point;
      };
      expect((await killed.ended).code, `point ${point}`).toBe(null);
      work.bench.fault = () => false;
      for (const key of manifests()) expect(await restored(manifestAt(key)), `point ${point}`).toEqual([500, 3000, 9000 * 640, 1]);
      const before = manifests().length;
      const { code, log } = await work.start({ DEADLINE_MINUTES: "0" }).ended;
      expect([code, manifests().length], log).toEqual([0, before + 1]);
      const ids = new Set(work.stored().map((key) => key.split(/[/.]/)[1]));
      expect(ids.size, `left over after point ${point}: ${work.stored().join()}`).toBe(manifests().length);
    }
  });

  test("told to end, it removes what it had stored and says so", async () => {
    const running = work.start();
    work.bench.fault = (request) => {
      if (request.method === "PUT" && request.url!.includes("data-001")) running.child.kill("SIGTERM");
      return false;
    };
    const { code, log } = await running.ended;
    expect(code).toBe(1);
    expect(log).toMatch(/ended from outside \(SIGTERM\), as by the Job's deadline or a drained node; \S+ does not count/);
    expect(work.stored()).toEqual([]);
  });

  test("two at once are two backups", async () => {
    const runs = await Promise.all([work.start().ended, work.start().ended]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(manifests()).toHaveLength(2);
    for (const key of manifests()) expect(await restored(manifestAt(key))).toEqual([500, 3000, 9000 * 640, 1]);
  });

  test("a store that goes away in the middle and comes back costs no backup", async () => {
    let away: number | undefined;
    work.bench.fault = (request, _, key) => {
      if (request.method === "PUT" && key.includes("data-001")) away ??= Date.now() + 4000;
      return away !== undefined && Date.now() < away && Boolean(request.socket.destroy());
    };
    expect(await restored(await backUp())).toEqual([500, 3000, 9000 * 640, 1]);
    expect(away).toBeLessThan(Date.now());
  });

  test("a store that is slow and lists in pages of one loses nothing, and what is too old goes", async () => {
    Object.assign(work.bench, { delay: 200, pageSize: 1 });
    for (const time of ["01", "02", "03"]) {
      for (const chunk of ["00000", "00001"]) work.bench.objects.set(`backups/links/data/2020-01-01T03-17-${time}Z-abcde/data-rest/${chunk}`, Buffer.from("x"));
    }
    expect(await restored(await backUp())).toEqual([500, 3000, 9000 * 640, 1]);
    expect(work.stored().filter((key) => key.includes("2020"))).toEqual([]);
  });

  test("a password that is changed in the middle is taken up, though its file comes late", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "slipway-password-")), "password");
    const set = (password: string) => runSql(work.local.admin, "links", `ALTER ROLE links_backup PASSWORD '${password.replaceAll("'", "''")}';`);
    const old = "it's: a \\ secret";
    writeFileSync(file, old);
    let change: Promise<unknown> | undefined;
    work.bench.fault = (request, _, key) => {
      // The kubelet brings a Secret's change up to a minute after it was made.
      if (request.method === "PUT" && key.includes("/schema/")) {
        change ??= set("a new one").then(() => setTimeout(() => writeFileSync(file, "a new one"), 3000));
      }
      return false;
    };
    try {
      expect(await restored(await backUp({ PASSWORD_FILE: file, PARALLEL: "1" }))).toEqual([500, 3000, 9000 * 640, 1]);
      expect(change).toBeDefined();
    } finally {
      await set(old);
    }
  });

  test("a node whose clock is an hour ahead names the backup by the server's clock, and takes no run under way for a rest", async () => {
    // The store refuses such a clock, as S3 does, and a run of three and a half hours is going on.
    work.bench.fault = (request, response) => {
      const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(`${request.headers["x-amz-date"]}`)!.map(Number);
      const [year, month, ...rest] = parts as [number, number, number, number, number, number];
      const skew = Math.abs(Date.UTC(year, month - 1, ...(rest as [number, number, number, number])) - Date.now());
      return skew > 900_000 && refuseRequest(response, 403, "RequestTimeTooSkewed", { date: new Date().toUTCString() });
    };
    const underway = `backups/links/data/${newId(new Date(Date.now() - 210 * 60_000))}/data-rest/00000`;
    work.bench.objects.set(underway, Buffer.from("x"));
    const clock = join(mkdtempSync(join(tmpdir(), "slipway-clock-")), "clock.mjs");
    writeFileSync(
      clock,
      `const Real = Date; const ahead = () => Real.now() + 3_600_000;
       globalThis.Date = class extends Real { constructor(...args) { super(...(args.length > 0 ? args : [ahead()])); } static now() { return ahead(); } };`,
    );
    const { id, snapshotAt } = await backUp({ NODE_OPTIONS: `--import=${clock}`, DEADLINE_MINUTES: "240" });
    expect(Math.abs(timeOfId(id)!.getTime() - Date.now())).toBeLessThan(120_000);
    expect(Math.abs(Date.parse(snapshotAt) - Date.now())).toBeLessThan(120_000);
    expect(work.bench.objects.has(underway)).toBe(true);
  });

  test.each<[string, NodeJS.ProcessEnv, BackupWorkbench["bench"]["fault"] | undefined, RegExp]>([
    [
      "the store is full",
      {},
      (request, response, key) => request.method === "PUT" && key.includes("data-001") && refuseRequest(response, 403, "QuotaExceeded"),
      /can't put .*data-001.*QuotaExceeded.*the store is full; raise its size or shorten the retention/,
    ],
    ["the password is wrong", { PASSWORD_FILE: "/dev/null" }, undefined, /backup failed: psql ended with code 2: .*password/],
    ["the schema's version can't be asked", { SCHEMA_VERSION_QUERY: "SELECT nothing" }, undefined, /column "nothing" does not exist/],
    ["the image has no Postgres programs", { PATH: "/nowhere" }, undefined, /psql can't be started/],
    ["storing is refused", {}, (request, response) => request.method === "PUT" && refuseRequest(response, 403, "AccessDenied"), /can't put .*403 AccessDenied/],
    [
      "one byte comes back wrong",
      {},
      (request, response, key) => request.method === "GET" && key.includes("data-001") && Boolean(response.end("not what was stored")),
      /gives back something else than it took; this is not a backup/,
    ],
    [
      "the manifest can't be stored",
      {},
      (request, response, key) => request.method === "PUT" && key.includes("manifests/") && refuseRequest(response, 403, "AccessDenied"),
      /can't put backups\/links\/manifests/,
    ],
  ])("when %s, it says so, nothing counts and nothing is left", async (_, change, fault, message) => {
    if (fault) work.bench.fault = fault;
    const { code, log } = await work.start(change).ended;
    expect(code).toBe(1);
    expect(log).toMatch(message);
    expect(log).not.toMatch(/s3cret|a \\ secret/);
    expect(work.stored()).toEqual([]);
  });

  test("what is too old goes, but never the newest; a store that refuses to delete costs a warning, not the backup", async () => {
    const old = (await backUp()).id;
    const day = (id: string) => `2020-01-01${id.slice(10)}`;
    for (const [key, body] of [...work.bench.objects]) {
      work.bench.objects.set(key.replace(old, day(old)), Buffer.from(body.toString("latin1").replaceAll(old, day(old)), "latin1"));
      work.bench.objects.delete(key);
    }
    work.bench.fault = (request, response) => request.method === "DELETE" && refuseRequest(response, 403, "AccessDenied");
    const refused = await work.start().ended;
    expect(refused).toMatchObject({ code: 0, log: expect.stringMatching(/is stored and verified.*warning: backups older than 7 days are not all removed/) });
    expect(manifests()).toHaveLength(2);
    work.bench.fault = () => false;
    const { log } = await work.start().ended;
    expect(log).toContain("removed 1 backups older than 7 days");
    expect(work.stored().filter((key) => key.includes("2020"))).toEqual([]);
    expect(manifests()).toHaveLength(2);
  });
});
