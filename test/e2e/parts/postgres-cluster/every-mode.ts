import { afterAll, beforeAll, expect, test } from "vitest";
import { changes } from "../../engine.ts";
import { secondsSince } from "../../notes.ts";
import type { TestDatabase } from "./database.ts";

/** Brings a database up with the table that the tests write to, and proves of it what holds in every mode. */
export function everyMode(database: TestDatabase, told: (seconds: string) => void): void {
  beforeAll(async () => {
    const started = performance.now();
    await database.create();
    told(secondsSince(started));
    await database.ask("OWNER", "CREATE TABLE proof (number bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())");
  });
  afterAll(() => database.remove());

  test("a second update changes nothing", async () => {
    expect(changes((await database.up()).text)).toEqual({ unchanged: expect.any(Number) });
  });

  test("no server takes a plain connection, and none is taken for it without the authority's word", async () => {
    expect(await database.ask("POSTGRES", "SELECT 1", "{ ssl: false }")).toMatch(/pg_hba.conf rejects connection .* no encryption/);
    expect(await database.ask("POSTGRES", "SELECT 1", "{ ssl: {} }")).toMatch(/self-signed certificate|unable to (verify|get)/);
    expect(await database.ask("POSTGRES", "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).toEqual([{ version: "TLSv1.3" }]);
  });

  test("each login may do its part and no more", async () => {
    expect(await database.ask("POSTGRES", "CREATE TABLE other (id int)")).toMatch(/permission denied/);
    expect(await database.ask("READER", "DELETE FROM proof")).toMatch(/read-only transaction|permission denied/);
    expect(await database.ask("READER", "SELECT count(*)::int AS rows FROM proof")).toEqual([{ rows: 0 }]);
  });
}
