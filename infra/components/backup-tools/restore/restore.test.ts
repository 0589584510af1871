import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chunkKey } from "../format/encryption.ts";
import { manifestKey, streamFolder } from "../format/keys.ts";
import { bringBack, storedSource } from "./bring-back.ts";
import { beside, compare, drop, overview, switchTo } from "./by-hand.ts";
import { databasesOf } from "./databases.ts";
import { fill } from "./fill.ts";
import { LocalStore, takeBackup } from "./local-backup.ts";
import { type LocalServer, localServer, postgresPrograms } from "./local-server.ts";
import { withRestoreLock } from "./lock.ts";
import { tablesOf } from "./row-counts.ts";
import { askSql, runSql } from "./sql.ts";
import type { Task } from "./task.ts";

const available = postgresPrograms() !== undefined;
if (!available) console.warn("restore.test.ts is skipped: this machine has no initdb and pg_restore; install PostgreSQL 15 or newer.");

const id = "2026-11-21T03-17-00Z-x7k2p";
let local: LocalServer;
let store: LocalStore;
let task: Task;

/** The service's tables, with everything that is restored in an order of its own: keys, a view that is kept, rights, a schema of its own. */
const schema = `SET ROLE links_owner;
  CREATE SCHEMA queue; ALTER DEFAULT PRIVILEGES FOR ROLE links_owner GRANT SELECT ON TABLES TO links_app;
  CREATE TABLE links (slug text PRIMARY KEY, url text NOT NULL);
  CREATE TABLE hits (id bigserial PRIMARY KEY, slug text NOT NULL REFERENCES links, at timestamptz DEFAULT now());
  CREATE TABLE queue.jobs (id int PRIMARY KEY);
  CREATE MATERIALIZED VIEW totals AS SELECT slug, count(*) FROM hits GROUP BY slug;
  CREATE VIEW recent AS SELECT * FROM hits;
  GRANT INSERT ON links TO links_app;`;
const rows = `INSERT INTO links SELECT 's' || n, 'https://example.org/' || n FROM generate_series(1, 500) n;
  INSERT INTO hits (slug) SELECT 's' || 1 + n % 500 FROM generate_series(1, 3000) n; INSERT INTO queue.jobs SELECT generate_series(1, 7);
  REFRESH MATERIALIZED VIEW totals;`;
const fingerprint = (database: string) =>
  askSql(
    local.admin,
    database,
    "SELECT json_build_array((SELECT md5(string_agg(l::text, ',' ORDER BY slug)) FROM links l), (SELECT md5(string_agg(h::text, ',' ORDER BY id)) FROM hits h), (SELECT sum(count) FROM totals), nextval('hits_id_seq'), (SELECT count(*) FROM pg_indexes WHERE schemaname IN ('public', 'queue')), has_table_privilege('links_app', 'links', 'INSERT'), (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'links'));",
  );

describe.skipIf(!available)("with a real server", () => {
  beforeAll(async () => {
    local = await localServer();
  });
  afterAll(() => local?.stop());
  beforeEach(async () => {
    store = new LocalStore();
    const scratch = mkdtempSync(join(tmpdir(), "slipway-scratch-"));
    task = { catalogue: { store, prefix: "backups", database: "links" }, database: "links", server: local.server, scratch, parallel: 2 };
    await runSql(local.admin, "links", `${schema}\n${rows}`);
  });
  afterEach(async () => {
    expect(readdirSync(task.scratch)).toEqual([]);
    for (const { name } of await databasesOf(local.server, "links")) await runSql(local.admin, "postgres", `DROP DATABASE "${name}" WITH (FORCE);`);
    await runSql(local.admin, "postgres", "CREATE DATABASE links OWNER links_owner;");
    await runSql(
      local.admin,
      "links",
      "GRANT CONNECT ON DATABASE links TO links_app; REVOKE ALL ON DATABASE links FROM PUBLIC; ALTER SCHEMA public OWNER TO links_owner;",
    );
  });

  /** A new server's database: the roles are there, and no table. */
  const lose = () => runSql(local.admin, "links", "DROP OWNED BY links_owner CASCADE; CREATE SCHEMA IF NOT EXISTS public AUTHORIZATION links_owner;");
  const names = async () => (await databasesOf(local.server, "links")).map(({ name }) => name);

  test("an empty database is filled: every row, index, right and view; a second run leaves it alone", async () => {
    const before = await fingerprint("links");
    await takeBackup(store, local.admin, id, {}, ["public.hits"]);
    await lose();
    expect(await fill(task, "latest")).toMatch(/was restored from backup 2026-11-21T03-17-00Z-x7k2p, with the data of 2026-11-21T03:17:00Z: schema \d/);
    const after = (await fingerprint("links")) as unknown[];
    // The sequence was moved on by looking at it.
    expect(after.with(3, null)).toEqual((before as unknown[]).with(3, null));
    const mayConnect = (role: string) => `has_database_privilege('${role}', 'links', 'CONNECT')`;
    expect(await askSql(local.admin, "links", `SELECT json_build_array(${mayConnect("links_app")}, ${mayConnect("public")});`)).toEqual([true, false]);
    expect(await fill(task, "latest")).toMatch(/holds 3 tables and is left alone: it was restored from backup 2026-11-21T03-17-00Z-x7k2p/);
    expect(await names()).toEqual(["links"]);
  });

  test("a database with tables is left alone, whatever backup is named", async () => {
    expect(await fill(task, id)).toMatch(/holds 3 tables and is left alone: restore beside it with npm run restore/);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "a byte is changed",
      async () => store.content.get(`${streamFolder("backups", "links", id, "data-0")}00000`)!.writeUInt8(1, 100),
      /data-0\/00000 has \d+ bytes with sha256 .* instead of/,
    ],
    ["a chunk is missing", async () => store.content.delete(`${streamFolder("backups", "links", id, "data-rest")}00000`), /data-rest\/00000.*NoSuchKey/],
    [
      "the schema's stream is another one's",
      async () => store.content.set(`${streamFolder("backups", "links", id, "schema")}00000`, Buffer.from("PGDMP")),
      /schema\/00000 has 5 bytes/,
    ],
    [
      "rows are fewer than were counted",
      async () => takeBackup(store, local.admin, id, { tables: [{ schema: "public", name: "links", rows: 501 }] }),
      /public\.links has 500 rows instead of 501/,
    ],
    [
      "a table is missing",
      async () => takeBackup(store, local.admin, id, { tables: [{ schema: "public", name: "users", rows: 1 }] }),
      /table public\.users is missing; the backup has 1 rows/,
    ],
    [
      "it is of a newer server",
      async () => takeBackup(store, local.admin, id, { serverVersion: 990_001 }),
      /nothing was changed: backup .* is of Postgres 99, newer than this server's \d+/,
    ],
    [
      "it is encrypted and there is no key",
      async () => takeBackup(store, local.admin, id, { encryption: { algorithm: "AES-256-GCM", keyId: "0badcafe" } }),
      /nothing was changed: .* encrypted with key 0badcafe, and there is no key/,
    ],
    [
      "it is another database's",
      async () => takeBackup(store, local.admin, id, { database: "users" }),
      /is the manifest of backup .* of database users.*swapped/,
    ],
    [
      "its manifest is cut off",
      async () => store.content.set(manifestKey("backups", "links", id), Buffer.from("{")),
      /is no manifest.*cut off.*Name an older backup/,
    ],
  ])("nothing is restored when %s", async (_, damage, message) => {
    await takeBackup(store, local.admin, id, {}, ["public.hits"]);
    await damage();
    await lose();
    await expect(fill(task, "latest")).rejects.toThrow(message);
    expect(await names()).toEqual(["links"]);
    expect(await tablesOf(local.server, "links")).toEqual([]);
  });

  test("an encrypted backup comes back with its key, and with no other", async () => {
    const key = chunkKey("11".repeat(32), "key");
    await takeBackup(store, local.admin, id, {}, [], key);
    await lose();
    await expect(fill({ ...task, key: chunkKey("22".repeat(32), "key") }, "latest")).rejects.toThrow(
      /is encrypted with key 02d449a3|is encrypted with key \w{8}, not with \w{8}/,
    );
    expect(await fill({ ...task, key }, "latest")).toMatch(/was restored/);
  });

  test("what a killed run has left is taken away by the next", async () => {
    await takeBackup(store, local.admin, id);
    await lose();
    await runSql(local.server, "postgres", "CREATE DATABASE links_restoring OWNER links_owner;");
    expect(await fill(task, id)).toMatch(/was restored/);
    expect(await names()).toEqual(["links"]);
  });

  test("by hand: listed, restored beside, compared, switched under connections, and switched back", async () => {
    const manifest = await takeBackup(store, local.admin, id);
    await runSql(local.admin, "links", "DELETE FROM hits WHERE id > 100; DROP TABLE queue.jobs;");
    expect(await overview(task)).toMatchObject({
      database: "links",
      backups: [{ name: id, rows: 3507, snapshotAt: manifest.snapshotAt }],
      databases: [{ name: "links" }],
    });

    const restored = await beside(task, id);
    expect(restored.name).toBe("links_restored_20261121t031700");
    expect(await beside(task, id), "a second time nothing is done").toEqual({ name: restored.name, backup: id, snapshotAt: manifest.snapshotAt });
    const { tables } = await compare({ ...task, schemaVersionQuery: "SELECT 7" }, restored.name);
    expect(tables).toEqual([
      { table: "public.hits", inUse: 100, restored: 3000 },
      { table: "public.links", inUse: 500, restored: 500 },
      { table: "queue.jobs", inUse: undefined, restored: 7 },
    ]);

    // Somebody who comes again at once, as a pool does.
    let connected = 0;
    let going = true;
    const client = (async () => {
      while (going)
        await runSql(local.server, "links", "SELECT pg_sleep(0.05);").then(
          () => (connected += 1),
          () => undefined,
        );
    })();
    const kept = await switchTo(task, restored.name);
    going = false;
    await client;
    expect(connected).toBeGreaterThan(0);
    expect(kept).toMatch(/^links_before_\d{8}t\d{9}$/);
    expect(await askSql(local.admin, "links", "SELECT count(*) FROM hits;")).toBe(3000);
    expect(await askSql(local.admin, kept, "SELECT count(*) FROM hits;")).toBe(100);

    await switchTo(task, kept);
    expect(await askSql(local.admin, "links", "SELECT count(*) FROM hits;")).toBe(100);
    const [, aside] = await names();
    await drop(task, aside!);
    expect(await names()).toEqual(["links"]);
  });

  test("only what a restore has made is switched to or dropped", async () => {
    await runSql(local.admin, "postgres", "CREATE DATABASE links_of_mine;");
    await expect(drop(task, "links_of_mine")).rejects.toThrow(/no restore has made a database links_of_mine for links; there is none/);
    await expect(drop(task, "links")).rejects.toThrow(/no restore has made a database links /);
    await expect(switchTo(task, "links_of_mine")).rejects.toThrow(/no restore has made/);
    await runSql(local.admin, "postgres", "DROP DATABASE links_of_mine;");
  });

  test("two at once: the second is told", async () => {
    await withRestoreLock(local.server, "links", async () => {
      await expect(withRestoreLock(local.server, "links", async () => "in")).rejects.toThrow(/another restore of database links is under way/);
      expect(await withRestoreLock(local.server, "other", async () => "in")).toBe("in");
    });
    expect(await withRestoreLock(local.server, "links", async () => "in")).toBe("in");
  });

  test("a restore that is not right leaves no database", async () => {
    const manifest = await takeBackup(store, local.admin, id, { tables: [{ schema: "public", name: "links", rows: 1 }] });
    const source = await storedSource(task, manifest);
    await expect(bringBack(task, source, "links_restoring")).rejects.toThrow(/other rows/);
    expect(await names()).toEqual(["links"]);
  });
});
