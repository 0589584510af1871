import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refuseRequest } from "../store/workbench.ts";
import { type DrillBench, drillBench, listLog, postgresPrograms } from "./workbench.ts";

if (!postgresPrograms) console.warn("Skipped: no Postgres with pg_amcheck below /usr/lib/postgresql; on Debian: apt-get install postgresql");

describe.skipIf(!postgresPrograms)("a drill of a moment", () => {
  let bench: DrillBench;
  const settings = { MOMENT_SHARE: "1", MOMENT_OBJECTIVE_SECONDS: "900", SCHEMA_VERSION_QUERY: "SELECT max(version) FROM version" };
  const drilled = () => bench.evidence().find(({ drilled }) => drilled === "moment");

  /** Ticks, a commit each, and the log of them in the store. Names of the segments, the first of which has ticks and no base backup. */
  const tick = async (segments: number) => {
    const names: string[] = [];
    for (let left = segments; left > 0; left -= 1) {
      for (let ticks = 3; ticks > 0; ticks -= 1) {
        bench.sql("INSERT INTO ticks DEFAULT VALUES");
        await sleep(30);
      }
      names.push(...(await bench.log.archive()));
    }
    return names;
  };

  beforeAll(async () => {
    bench = await drillBench();
    bench.sql(`
      CREATE TABLE ticks (at timestamptz NOT NULL DEFAULT clock_timestamp());
      CREATE TABLE version (version int); INSERT INTO version VALUES (7);
      CREATE TABLE links (id bigint PRIMARY KEY, slug text NOT NULL UNIQUE);
      INSERT INTO links SELECT n, 'slug-' || n FROM generate_series(1, 2000) n;`);
  });
  afterAll(() => bench?.remove());
  beforeEach(() => {
    bench.store.objects.clear();
    bench.log.clear();
    bench.store.fault = listLog(bench);
  });

  test("goes back to a moment of the archive: all that was committed by then is there, and nothing else", async () => {
    await bench.log.base();
    const from = Date.now();
    await tick(4);
    const { code, log } = await bench.drill({ ...settings, NEWEST_ROW_QUERY: "SELECT max(at) FROM ticks;" });
    expect(log).toMatch(/drill good: moment \S+Z from base backup \S+ is right, [\d.]+ s/);
    expect(code).toBe(0);
    const shown = drilled()!;
    expect(shown).toMatchObject({
      kind: "base",
      good: true,
      checks: { restore: true, log: true, moment: true, amcheck: true, rows: true, schema: true, clock: true },
      problems: [],
    });
    expect(Date.parse(shown.moment!)).toBeGreaterThan(from - 5000);
    expect(Date.parse(shown.moment!)).toBeLessThanOrEqual(Math.max(...[...bench.log.stored.values()].map(Number)));
    const before = Number(bench.sql(`SELECT count(*) FROM ticks WHERE at <= '${shown.moment}'`));
    const { restored } = shown.tables.find(({ table }) => table === "public.ticks")!;
    // A row is older than its commit by less than a tick.
    expect([before - 1, before]).toContain(restored);
    expect(shown.seconds).toMatchObject({ fetch: expect.any(Number), replay: expect.any(Number), verify: expect.any(Number) });
    expect(shown.seconds.restore).toBeUndefined();
    expect(shown.recoveryPointSeconds).toBeGreaterThanOrEqual(0);
    expect(shown.recoveryPointSeconds).toBeLessThan(10);
    expect(readdirSync(bench.volume)).not.toContain("data");
  });

  test("takes the place of the older dump, never of the newest", async () => {
    await bench.log.base();
    await tick(1);
    const newest = `${new Date().toISOString().slice(0, 10)}T00-00-01Z-newes`;
    await bench.backup("2026-11-01T03-17-00Z-older");
    await bench.backup(newest);
    const { code } = await bench.drill(settings);
    expect(code).toBe(0);
    const evidence = bench.evidence().sort((a, b) => (a.id > b.id ? -1 : 1));
    expect(evidence.map((one) => [one.drilled, one.backup === newest])).toEqual([
      ["newest", true],
      ["moment", false],
    ]);
  });

  /** Each is wrong whatever the moment. */
  test.each<[string, () => Promise<string | RegExp>, NodeJS.ProcessEnv, object]>([
    [
      "a segment that is missing in the middle",
      async () => {
        await bench.log.base();
        const [, lost] = (await tick(4)) as [string, string];
        bench.store.objects.delete(bench.log.key(lost));
        bench.log.stored.delete(lost);
        return `segment ${lost} of the log is missing behind the newest base backup`;
      },
      {},
      { log: false },
    ],
    [
      "a segment that is gone, though it is listed",
      async () => {
        await bench.log.base();
        const [lost] = (await tick(2)) as [string];
        bench.store.objects.delete(bench.log.key(lost));
        return `or ${lost} is missing`;
      },
      {},
      { restore: false },
    ],
    [
      "a segment that was changed",
      async () => {
        await bench.log.base();
        const [changed] = (await tick(2)) as [string];
        bench.store.objects.get(bench.log.key(changed))!.fill(0, 400, 500);
        return `${bench.log.key(changed)} can't be read`;
      },
      {},
      { restore: false },
    ],
    [
      "a segment that was stored as the server never wrote it: Postgres takes it for the end of the log",
      async () => {
        await bench.log.base();
        const [torn] = (await tick(2)) as [string];
        await bench.log.replace(torn, (content) => content.fill(0, 64));
        return `${torn} is missing`;
      },
      {},
      { restore: false },
    ],
    [
      "a base backup that is not there",
      async () => {
        await bench.backup(`${new Date().toISOString().slice(0, 10)}T00-00-01Z-newes`);
        return "there is no base backup of database links below backups/links";
      },
      {},
      { restore: false },
    ],
    [
      "a changed chunk of the base backup",
      async () => {
        await bench.log.base();
        await tick(1);
        const key = [...bench.store.objects.keys()].find((name) => name.includes("/data/"))!;
        bench.store.objects.get(key)![100]! ^= 1;
        return /base backup \S+ can't be unpacked: .*sha256/;
      },
      {},
      { restore: false },
    ],
    [
      "an archive that was ten hours late",
      async () => {
        await bench.log.base();
        await tick(2);
        for (const [name, at] of bench.log.stored) bench.log.stored.set(name, new Date(at.getTime() + 36_000_000));
        return /of what was committed up to \S+, the last \d+ s were not in the archive by then; the objective is 1 s/;
      },
      { MOMENT_OBJECTIVE_SECONDS: "1" },
      { restore: true, moment: false },
    ],
    [
      "a row of after the moment",
      async () => {
        await bench.log.base();
        await tick(2);
        return /its newest row is of \S+Z, after the moment/;
      },
      { NEWEST_ROW_QUERY: "SELECT now() + interval '1 day'" },
      { restore: true, moment: false },
    ],
    [
      "a question for the newest row that can't be asked",
      async () => {
        await bench.log.base();
        await tick(1);
        return /time of its newest row can't be asked: .*relation "shops" does not exist/s;
      },
      { NEWEST_ROW_QUERY: "SELECT max(at) FROM shops" },
      { restore: true, moment: false },
    ],
    [
      "a volume that is too small",
      async () => {
        await bench.log.base();
        await tick(1);
        return /volume of 3000000 bytes is too small .* raise storage/;
      },
      { VOLUME_BYTES: "3000000" },
      { restore: false },
    ],
  ])("catches %s", async (_, arrange, environment, checks) => {
    const message = await arrange();
    const { code, log } = await bench.drill({ ...settings, ...environment });
    expect(code, log).toBe(2);
    expect(drilled()).toMatchObject({ good: false, checks });
    expect(drilled()!.problems.join("\n")).toMatch(message);
    expect(existsSync(join(bench.volume, "data"))).toBe(false);
  });

  test("catches a page of an index that was lost before the base backup", async () => {
    // The unique index is as it was before the row, behind the server's back: from then on it does not find it.
    bench.sql("CREATE TABLE codes (code text); CREATE UNIQUE INDEX codes_code ON codes (code); CHECKPOINT;");
    const path = bench.sql("SELECT pg_relation_filepath('codes_code')");
    let empty = Buffer.alloc(0);
    bench.whileStopped((data) => {
      empty = readFileSync(join(data, path));
    });
    bench.sql("INSERT INTO codes VALUES ('one'); CHECKPOINT;");
    bench.whileStopped((data) => writeFileSync(join(data, path), empty));
    await bench.log.base();
    await tick(2);
    const { code, log } = await bench.drill(settings);
    bench.sql("DROP TABLE codes");
    expect(code, log).toBe(2);
    expect(drilled()).toMatchObject({ checks: { restore: true, amcheck: false } });
    expect(drilled()!.problems).toEqual([expect.stringMatching(/amcheck: .*codes_code/)]);
  });

  test("killed in the middle, it leaves nothing that the next one stumbles over", async () => {
    await bench.log.base();
    await tick(2);
    const killed = await bench.drill(settings, (log) => log.includes("base backup is fetched and verified"));
    expect(killed.code).toBe(null);
    expect(existsSync(join(bench.volume, "data"))).toBe(true);
    expect(bench.evidence()).toEqual([]);
    const { code, log } = await bench.drill(settings);
    expect(log).toContain("drill good");
    expect(code).toBe(0);
    expect(bench.evidence()).toHaveLength(1);
  });

  test.each([
    ["base backup's chunks", "/data/"],
    ["log", "/wal/"],
  ])("a store that refuses the %s is no finding: the Job tries again", async (_, part) => {
    await bench.log.base();
    await tick(2);
    const listed = listLog(bench);
    bench.store.fault = (request, response, key) =>
      listed(request, response, key) || (key.includes(part) && request.method === "GET" && refuseRequest(response, 403, "AccessDenied"));
    const { code, log } = await bench.drill(settings);
    expect(log).toMatch(/drill failed: .*403 AccessDenied/);
    expect(code).toBe(1);
    expect(bench.evidence()).toEqual([]);
  });
});
