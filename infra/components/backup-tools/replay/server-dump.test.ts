import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fill } from "../restore/fill.ts";
import { LocalStore } from "../restore/local-backup.ts";
import { type LocalServer, localServer, postgresPrograms } from "../restore/local-server.ts";
import { countRows, tablesOf } from "../restore/row-counts.ts";
import { askSql, runSql } from "../restore/sql.ts";
import type { Task } from "../restore/task.ts";
import { serverDump } from "./server-dump.ts";

const available = postgresPrograms() !== undefined;
if (!available) console.warn("server-dump.test.ts is skipped: this machine has no initdb and pg_restore; install PostgreSQL 15 or newer.");

const schema = `CREATE TABLE links (slug text PRIMARY KEY, url text NOT NULL);
  CREATE TABLE hits (id bigserial PRIMARY KEY, slug text NOT NULL REFERENCES links);
  CREATE TABLE wide (id int PRIMARY KEY, text text); ALTER TABLE wide ALTER text SET STORAGE EXTERNAL;
  GRANT INSERT ON links TO links_app;
  INSERT INTO links SELECT 's' || n, 'https://example.org/' || n FROM generate_series(1, 500) n;
  INSERT INTO hits (slug) SELECT 's' || 1 + n % 500 FROM generate_series(1, 3000) n;
  INSERT INTO wide SELECT n, repeat('x', 1000000) FROM generate_series(1, 12) n;`;

describe.skipIf(!available)("from one server to the other", () => {
  let local: LocalServer;
  let task: Task;
  beforeAll(async () => {
    local = await localServer();
    const scratch = mkdtempSync(join(tmpdir(), "slipway-scratch-"));
    task = { catalogue: { store: new LocalStore(), prefix: "backups", database: "links" }, database: "links", server: local.server, scratch, parallel: 2 };
    await runSql(local.admin, "postgres", "CREATE DATABASE recovered;");
    await runSql(local.admin, "recovered", schema);
  });
  afterAll(() => local?.stop());

  async function source() {
    const tables = await countRows(local.admin, "recovered");
    return { backup: "base", snapshotAt: "2026-11-21T03:17:00Z", dump: await serverDump(local.admin, "recovered", "the log"), tables };
  }

  test("what breaks off on the way leaves the database empty, and closes the source", async () => {
    const close = vi.fn(async () => undefined);
    const open = async () => {
      const { dump, ...rest } = await source();
      const [large, ...others] = dump.streams;
      const broken = async function* () {
        for await (const piece of large!.archive()) {
          yield piece;
          throw new Error("the server went away");
        }
      };
      const streams = [{ ...large!, archive: broken }, ...others];
      return { ...rest, dump: { ...dump, streams }, close };
    };
    await expect(fill(task, "latest", open)).rejects.toThrow(/the server went away/);
    expect(close).toHaveBeenCalledOnce();
    expect(await tablesOf(local.server, "links")).toEqual([]);
  });

  test("every row, key and right passes over, a large table in a stream of its own", async () => {
    const { dump } = await source();
    expect(dump.streams.map(({ name, bytes }) => [name, bytes > 12_000_000])).toEqual([
      ["data-001", true],
      ["data-rest", false],
    ]);
    expect(await fill(task, "latest", source)).toMatch(/^database links was restored from the log, with the data of 2026-11-21T03:17:00Z: schema/);
    expect(await countRows(local.admin, "links")).toEqual(await countRows(local.admin, "recovered"));
    const facts = "SELECT json_build_array(nextval('hits_id_seq'), has_table_privilege('links_app', 'links', 'INSERT'), (SELECT sum(length(text)) FROM wide))";
    expect(await askSql(local.admin, "links", facts)).toEqual([3001, true, 12_000_000]);
  });

  test("a database that holds rows opens no source", async () => {
    const never = () => Promise.reject(new Error("opened"));
    expect(await fill(task, "latest", never)).toMatch(/is left alone: it was restored from backup base/);
  });
});
