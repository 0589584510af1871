import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DrillBench, drillBench, postgresPrograms } from "./workbench.ts";

const today = () => new Date().toISOString().slice(0, 10);
const newest = () => `${today()}T00-00-01Z-newes`;
const older = "2026-11-01T03-17-00Z-older";
const chunk = (id: string) => `backups/links/data/${id}/data-rest/00000`;

if (!postgresPrograms) console.warn("Skipped: no Postgres with pg_amcheck below /usr/lib/postgresql; on Debian: apt-get install postgresql");

describe.skipIf(!postgresPrograms)("a drill", () => {
  let bench: DrillBench;

  beforeAll(async () => {
    bench = await drillBench();
    bench.sql(`
      CREATE ROLE links_owner; CREATE ROLE "odd ""name"; CREATE ROLE reads;
      CREATE TABLE links (id bigint PRIMARY KEY, slug text NOT NULL, CONSTRAINT links_slug UNIQUE (slug));
      CREATE TABLE visits (link bigint NOT NULL REFERENCES links, at timestamptz NOT NULL);
      CREATE TABLE version (version int); INSERT INTO version VALUES (7);
      ALTER TABLE links OWNER TO links_owner; GRANT SELECT ON links TO reads, "odd ""name";
      ALTER DEFAULT PRIVILEGES FOR ROLE links_owner GRANT SELECT ON TABLES TO reads;
      ALTER TABLE visits ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON visits TO reads USING (true);
      INSERT INTO links SELECT n, 'slug-' || n FROM generate_series(1, 500) n;
      INSERT INTO visits SELECT n % 500 + 1, now() FROM generate_series(1, 2000) n;`);
  });
  afterAll(() => bench?.remove());
  beforeEach(() => bench.store.objects.clear());

  const facts = { SCHEMA_VERSION_QUERY: "SELECT max(version) FROM version" };

  test("restores the newest backup and an older one, and leaves nothing but evidence", async () => {
    await bench.backup(older);
    await bench.backup(newest());
    const { code, log } = await bench.drill(facts);
    expect(log).toMatch(/drill good: newest backup \S+ is right, [\d.]+ s; older backup 2026-11-01\S+ is right/);
    expect(code).toBe(0);
    const [first, second] = bench.evidence().sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(first).toMatchObject({
      drilled: "newest",
      backup: newest(),
      good: true,
      checks: { restore: true, amcheck: true, rows: true, schema: true, clock: true },
      problems: [],
      tables: expect.arrayContaining([{ table: "public.visits", expected: 2000, restored: 2000 }]),
    });
    expect(first!.seconds.restore).toBeGreaterThan(0);
    expect(Object.keys(first!.seconds)).toEqual(expect.arrayContaining(["restore", "fetch", "verify"]));
    const midnight = Date.parse(`${today()}T00:00:01Z`);
    expect(first!.recoveryPointSeconds).toBeCloseTo((Date.parse(first!.startedAt) - midnight) / 1000, 0);
    expect(second).toMatchObject({ drilled: "older", run: first!.run, good: true });
    expect(second!.recoveryPointSeconds).toBeUndefined();
    expect(readdirSync(bench.volume)).not.toContain("data");
  });

  test.each<[string, () => Promise<unknown>, NodeJS.ProcessEnv, object, RegExp]>([
    [
      "rows that are missing",
      () => bench.backup(newest(), { tables: [{ schema: "public", name: "links", rows: 501 }] }),
      {},
      { restore: true, rows: false },
      /table public\.links has 500 rows instead of 501/,
    ],
    [
      "a table that is missing",
      () => bench.backup(newest(), { tables: [{ schema: "public", name: "lost", rows: 3 }] }),
      {},
      { restore: true, rows: false },
      /table public\.lost is missing$/m,
    ],
    ["another schema version", () => bench.backup(newest(), { schemaVersion: "8" }), facts, { restore: true, schema: false }, /version is "7", and was "8"/],
    [
      "one byte that differs",
      async () => {
        await bench.backup(newest());
        bench.store.objects.get(chunk(newest()))![40]! ^= 1;
      },
      {},
      { restore: false },
      /data-rest\/00000 has \d+ bytes with sha256 \w+ instead of/,
    ],
    [
      "a chunk that is gone",
      async () => {
        await bench.backup(newest());
        bench.store.objects.delete(chunk(newest()));
      },
      {},
      { restore: false },
      /NoSuchKey/,
    ],
    [
      "another backup's chunk",
      async () => {
        await bench.backup(newest());
        bench.store.objects.set(chunk(newest()), Buffer.from("of another"));
      },
      {},
      { restore: false },
      /has 10 bytes with sha256/,
    ],
    ["another database's manifest", () => bench.backup(newest(), { database: "shop" }), {}, { restore: false }, /of database shop.*it was swapped/],
    ["a newer major version", () => bench.backup(newest(), { serverVersion: 990_000 }), {}, { restore: false }, /is of Postgres 99, newer than/],
    [
      "a key that it has not",
      () => bench.backup(newest(), { encryption: { algorithm: "AES-256-GCM", keyId: "00000000" } }),
      {},
      { restore: false },
      /is encrypted with key 00000000, and there is no key/,
    ],
    [
      "a clock that is an hour behind",
      () => bench.backup(newest(), { snapshotAt: new Date(Date.parse(`${today()}T00:00:01Z`) - 3_600_000).toISOString() }),
      {},
      { restore: true, clock: false },
      /the database's clock was 3600 s behind when/,
    ],
    [
      "a volume that is too small",
      () => bench.backup(newest()),
      { VOLUME_BYTES: "30000000" },
      { restore: false },
      /volume of 30000000 bytes is too small .* raise storage/,
    ],
  ])("catches %s", async (_, arrange, environment, checks, message) => {
    await arrange();
    const { code, log } = await bench.drill(environment);
    expect(log).toMatch(message);
    expect(code).toBe(2);
    const [evidence] = bench.evidence();
    expect(evidence).toMatchObject({ good: false, checks });
    expect(evidence!.problems.join("\n")).toMatch(message);
  });

  test("catches an invariant that does not hold, and one that can't be asked", async () => {
    await bench.backup(newest());
    const file = join(bench.volume, "..", "invariants.json");
    const invariants = [
      { name: "every visit is to a link", sql: "SELECT NOT EXISTS (SELECT FROM visits v LEFT JOIN links l ON l.id = v.link WHERE l.id IS NULL);" },
      { name: "links are many", sql: "SELECT count(*) > 1000 FROM links" },
      { name: "shops are open", sql: "SELECT open FROM shops" },
      { name: "nobody writes", sql: "DELETE FROM visits RETURNING true" },
    ];
    writeFileSync(file, JSON.stringify(invariants));
    const { code } = await bench.drill({ INVARIANTS_FILE: file });
    expect(code).toBe(2);
    const [{ checks, problems }] = bench.evidence() as [ReturnType<DrillBench["evidence"]>[0]];
    expect(checks).toMatchObject({ invariants: false, rows: true });
    expect(problems).toEqual([
      expect.stringMatching(/"links are many" does not hold: its SQL gave "f"/),
      expect.stringMatching(/"shops are open" can't be asked: .*relation "shops" does not exist/s),
      expect.stringMatching(/"nobody writes" can't be asked: .*read-only transaction/s),
    ]);
  });

  test("catches what a broken index of the live database let in", async () => {
    // The unique index is emptied behind the server's back, as a lost page would leave it: from then on it finds no duplicate.
    bench.sql("CREATE TABLE codes (code text); CREATE UNIQUE INDEX codes_code ON codes (code); CHECKPOINT;");
    const path = bench.sql("SELECT pg_relation_filepath('codes_code')");
    const empty = { bytes: Buffer.alloc(0) };
    bench.whileStopped((data) => {
      empty.bytes = readFileSync(join(data, path));
    });
    bench.sql("INSERT INTO codes VALUES ('one'); CHECKPOINT;");
    bench.whileStopped((data) => writeFileSync(join(data, path), empty.bytes));
    bench.sql("INSERT INTO codes VALUES ('one');");
    expect(bench.sql("SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off; SELECT count(*) FROM codes")).toBe("2");
    await bench.backup(newest());
    const { code } = await bench.drill();
    bench.sql("DROP TABLE codes");
    expect(code).toBe(2);
    expect(bench.evidence()[0]).toMatchObject({ checks: { restore: false }, problems: [expect.stringMatching(/Key \(code\)=\(one\) is duplicated/)] });
  });

  test("killed in the middle, it leaves nothing that the next one stumbles over", async () => {
    await bench.backup(newest());
    const killed = await bench.drill({}, (log) => log.includes("a server is there"));
    expect(killed.code).toBe(null);
    expect(existsSync(join(bench.volume, "data"))).toBe(true);
    expect(bench.evidence()).toEqual([]);
    const { code, log } = await bench.drill();
    expect(log).toContain("drill good");
    expect(code).toBe(0);
    expect(bench.evidence()).toHaveLength(1);
  });

  test("a store that is away is no finding about a backup: the Job tries again", async () => {
    await bench.backup(newest());
    bench.store.fault = (_, response, key) => {
      if (!key.includes("/data/")) return false;
      response.writeHead(403).end("<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
      return true;
    };
    const { code, log } = await bench.drill();
    bench.store.fault = () => false;
    expect(log).toMatch(/drill failed: .*403 AccessDenied/);
    expect(code).toBe(1);
    expect(bench.evidence()).toEqual([]);
  });

  test("without a backup there is nothing to drill, and it says so", async () => {
    const { code, log } = await bench.drill();
    expect(log).toContain("there is no backup of database links below backups/ to restore; make one, then drill it");
    expect(code).toBe(1);
  });
});
