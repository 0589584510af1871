import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { redisConf } from "../../redis/configuration.ts";
import { passwords, redisIsHere, redisMissing, type WorkbenchRedis, workbenchRedis } from "../../redis/workbench.ts";
import { chunkKey } from "../format/encryption.ts";
import { manifestFolder, newId } from "../format/keys.ts";
import { parseManifest } from "../format/manifest.ts";
import { startStore } from "../store/workbench.ts";
import { backupRedis } from "./backup-redis.ts";
import { keyCount } from "./fill-redis.ts";
import { findRedisBackup } from "./find-redis-backup.ts";
import { restoreRedis } from "./restore-redis.ts";

if (!redisIsHere) console.warn(`skipped: ${redisMissing}`);

describe.skipIf(!redisIsHere)("a backup of Redis", () => {
  let source: WorkbenchRedis;
  let target: WorkbenchRedis;
  let bucket: Awaited<ReturnType<typeof startStore>>;
  let scratch: string;
  beforeAll(async () => {
    [source, target] = [await workbenchRedis(), await workbenchRedis()];
    await source.start(redisConf("state", "48Mi"));
    await target.start(redisConf("state", "48Mi"));
    scratch = mkdtempSync(join(tmpdir(), "slipway-scratch-"));
  });
  beforeEach(async () => {
    bucket = await startStore();
    for (const server of [source, target]) await asAdmin(server, (admin) => admin.command("FLUSHALL"));
    return () => bucket.close();
  });
  afterAll(async () => {
    await source?.remove();
    await target?.remove();
    rmSync(scratch, { recursive: true, force: true });
  });
  const asAdmin = async <T>(server: WorkbenchRedis, work: (admin: Awaited<ReturnType<WorkbenchRedis["login"]>>) => Promise<T>) => {
    const admin = await server.login("admin");
    try {
      return await work(admin);
    } finally {
      admin.close();
    }
  };
  const key = chunkKey("ab".repeat(32), "test");
  const backup = (change = {}) =>
    backupRedis({
      id: newId(),
      prefix: "backups",
      database: "redis-state",
      writer: bucket.store(),
      reader: bucket.store(),
      scratch,
      open: () => source.login("copy"),
      ...change,
    });
  const restore = async (manifest: Awaited<ReturnType<typeof backup>>, change = {}) => {
    const login = await target.login("restore");
    try {
      return await restoreRedis(manifest, { store: bucket.store(), prefix: "backups", scratch, target: login, ...change });
    } finally {
      login.close();
    }
  };
  const fill = (keys: number, bytes = 20) =>
    asAdmin(source, async (admin) => {
      for (let at = 0; at < keys; at += 500) {
        const part = Array.from({ length: Math.min(500, keys - at) }, (_, index) => ["SET", `key:${at + index}`, randomBytes(bytes)]);
        await admin.pipeline(part);
      }
      await admin.command("HSET", "hash", "a", "1", "b", "2");
      await admin.command("ZADD", "set", 1, "one", 2, "two");
      await admin.command("XADD", "stream", "1-1", "field", "value");
      await admin.command("SET", "short", "x", "PX", 3_600_000);
      await admin.command("SELECT", 3);
      await admin.command("SET", "elsewhere", "y");
    });
  /** Hash of everything that a server holds (DEBUG DIGEST is off), key by key. */
  const digest = (server: WorkbenchRedis) =>
    asAdmin(server, async (admin) => {
      const found: Record<string, string> = {};
      for (const database of [0, 3]) {
        await admin.command("SELECT", database);
        const keys = (await admin.command("KEYS", "*")) as Buffer[];
        for (const name of keys) found[`${database}/${name}`] = `${await admin.command("PEXPIRETIME", name)} ${String(await admin.command("DUMP", name))}`;
      }
      return found;
    });

  test("comes back key by key, with types, databases and the moments at which keys run out", async () => {
    await fill(3000);
    const before = await digest(source);
    const manifest = await backup({ key });
    expect(manifest.tables).toEqual([
      { schema: "db0", name: "keys", rows: 3004 },
      { schema: "db3", name: "keys", rows: 1 },
    ]);
    const [stored] = [...bucket.objects.keys()].filter((name) => name.startsWith(manifestFolder("backups", "redis-state")));
    expect(parseManifest(bucket.objects.get(stored!)!.toString(), stored!)).toEqual(manifest);
    expect(await restore(manifest, { key })).toMatchObject({ restored: 3005, present: 0, expired: 0 });
    expect(await digest(target)).toEqual(before);
    expect(readdirSync(scratch)).toEqual([]);
  });

  test("is of one moment, while writes go on: two keys that are always written together are equal", async () => {
    await fill(20_000, 200);
    let going = true;
    const writing = asAdmin(source, async (admin) => {
      for (let count = 0; going; count++) await admin.pipeline([["MULTI"], ["SET", "left", count], ["SET", "right", count], ["EXEC"]]);
    });
    const manifest = await backup();
    going = false;
    await writing;
    await restore(manifest);
    const found = await digest(target);
    expect(found["0/left"]).toBeDefined();
    expect(found["0/left"]).toBe(found["0/right"]);
  });

  test("a server that holds keys is left alone; one left half filled is gone on with", async () => {
    await fill(1000);
    const manifest = await backup();
    await asAdmin(target, (admin) => admin.command("SET", "mine", "1"));
    expect(await restore(manifest)).toEqual({ leftAlone: 1 });
    await asAdmin(target, async (admin) => {
      await admin.command("FLUSHALL");
      await admin.command("SET", "slipway:restoring", manifest.id);
    });
    await asAdmin(source, async (from) => asAdmin(target, async (to) => to.command("RESTORE", "key:1", 0, (await from.command("DUMP", "key:1")) as Buffer)));
    expect(await restore(manifest)).toMatchObject({ restored: 1004, present: 1 });
    expect(await digest(target)).toEqual(await digest(source));
    await asAdmin(target, async (admin) => admin.command("SET", "slipway:restoring", "2026-01-01T00-00-00Z-aaaaa"));
    await expect(restore(manifest)).rejects.toThrow(/a restore of 2026-01-01T00-00-00Z-aaaaa was cut off here/);
  });

  test("by hand, what is missing is brought, and what is there stays as it is", async () => {
    await fill(10);
    const manifest = await backup();
    await asAdmin(target, (admin) => admin.command("SET", "key:1", "newer"));
    expect(await restore(manifest, { merge: true })).toEqual({ restored: 14, present: 1, expired: 0 });
    expect(String(await asAdmin(target, (admin) => admin.command("GET", "key:1")))).toBe("newer");
  });

  test("an empty server has a backup too", async () => {
    const manifest = await backup();
    expect(manifest.tables).toEqual([]);
    expect(await restore(manifest)).toMatchObject({ restored: 0 });
  });

  test.each<[string, (body: Buffer) => Buffer]>([
    ["a changed byte", (body) => Buffer.from(body).fill(body[100]! ^ 1, 100, 101)],
    ["a missing end", (body) => body.subarray(0, body.length - 9)],
  ])("%s is refused on the way back, at the backup already", async (_, damage) => {
    await fill(100);
    const honest = bucket.store();
    const damaging = Object.assign(Object.create(Object.getPrototypeOf(honest)), honest, {
      // A store that damages what it keeps, not a way to it that does: that one the store itself refuses by the checksum of the request.
      put: (name: string, body: Buffer, options: object) =>
        name.includes("/data/") ? honest.put(name, damage(Buffer.from(body)), { ...options, sha256: undefined }) : honest.put(name, body, options),
      list: honest.list.bind(honest),
    });
    await expect(backup({ writer: damaging })).rejects.toThrow(/instead of|sha256/);
    expect([...bucket.objects.keys()].filter((name) => name.includes("/manifests/"))).toEqual([]);
  });

  test("a backup that was damaged later, or is of another key, changes nothing", async () => {
    await fill(100);
    const manifest = await backup({ key });
    await expect(restore(manifest)).rejects.toThrow(/is encrypted with key [0-9a-f]{8}, and no key was given/);
    await expect(restore(manifest, { key: chunkKey("cd".repeat(32), "test") })).rejects.toThrow(/give the key of that time/);
    const [chunk] = [...bucket.objects.keys()].filter((name) => name.includes("/data/"));
    bucket.objects.get(chunk!)![50]! ^= 1;
    await expect(restore(manifest, { key })).rejects.toThrow(/instead of/);
    expect(await asAdmin(target, keyCount)).toBe(0);
  });

  test("a login that may not copy is told so", async () => {
    await expect(backup({ open: () => source.login("app") })).rejects.toThrow(/Redis gives no copy: NOPERM .* give the backupBinding of a Redis/);
  });

  test("a server that is killed in the middle leaves no backup", async () => {
    const dying = await workbenchRedis();
    try {
      await dying.start(redisConf("state", "256Mi"));
      const admin = await dying.login("admin");
      await admin.command("EVAL", "for i=1,400 do redis.call('SET', 'k'..i, string.rep('x', 100000)..i) end", 0);
      await admin.command("CONFIG", "SET", "rdb-key-save-delay", 20_000, "rdbcompression", "no");
      admin.close();
      const running = backup({ open: () => dying.login("copy") });
      setTimeout(() => dying.process().kill("SIGKILL"), 1000);
      await expect(running).rejects.toThrow(/closed in the middle|ECONNRESET/);
      expect(bucket.objects.size).toBe(0);
      expect(readdirSync(scratch)).toEqual([]);
    } finally {
      await dying.remove();
    }
  });

  test("a server that is too small says what to raise, and what was begun can be gone on with", async () => {
    await asAdmin(source, (admin) => admin.command("EVAL", "for i=1,300 do redis.call('SET', 'k'..i, string.rep('x', 10000)..i) end", 0));
    const manifest = await backup();
    const maximum = (bytes: number) => asAdmin(target, (admin) => admin.command("CONFIG", "SET", "maxmemory", bytes));
    await maximum(3_000_000);
    await expect(restore(manifest)).rejects.toThrow(/OOM.*raise its maxMemory/);
    await maximum(0);
    expect(await restore(manifest)).toMatchObject({ restored: expect.any(Number) });
    expect(Object.keys(await digest(target))).toHaveLength(300);
  });

  test("which backup: the newest, by name, by moment, or by the name of the database's", async () => {
    const catalogue = { store: bucket.store(), prefix: "backups", database: "redis-state" };
    const find = (kind: "latest" | "named" | "moment", text: string) =>
      findRedisBackup(catalogue, { kind, text, at: kind === "moment" ? Date.parse(text) : undefined });
    expect(await find("latest", "latest")).toBeUndefined();
    const first = await backup({ id: "2026-01-01T00-00-00Z-aaaaa" });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const second = await backup({ id: "2099-01-02T00-00-00Z-bbbbb" });
    expect((await find("latest", "latest"))?.id).toBe(second.id);
    expect((await find("named", first.id))?.id).toBe(first.id);
    expect((await find("moment", new Date(Date.parse(second.snapshotAt) - 1).toISOString()))?.id).toBe(first.id);
    expect((await find("named", "2099-01-03T00-00-00Z-ccccc"))?.id).toBe(second.id);
    await expect(find("moment", "2020-01-01T00:00:00Z")).rejects.toThrow(/is as old as 2020-01-01.*the oldest is 2026-01-01T00-00-00Z-aaaaa/);
  });
});

test("the logins of the tests are those of the component", () => expect(Object.keys(passwords)).toEqual(["app", "exporter", "copy", "restore"]));
