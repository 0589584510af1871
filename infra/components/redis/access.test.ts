import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RedisConnection } from "../backup-tools/redis/connection.ts";
import { redisConf } from "./configuration.ts";
import { redisIsHere, redisMissing, type WorkbenchRedis, workbenchRedis } from "./workbench.ts";

if (!redisIsHere) console.warn(`skipped: ${redisMissing}`);

// A real server judges: what a category holds differs from version to version.
describe.skipIf(!redisIsHere)("what each login may do", () => {
  let bench: WorkbenchRedis;
  let admin: RedisConnection;
  beforeAll(async () => {
    bench = await workbenchRedis();
    await bench.start(redisConf("state", "48Mi"));
    admin = await bench.login("admin");
  });
  afterAll(async () => {
    admin?.close();
    await bench?.remove();
  });
  const allowed = async (user: string, command: string) => (await admin.command("ACL", "DRYRUN", user, ...command.split(" "))) === "OK";

  test.each([
    "GET a",
    "SET a 1 EX 5 NX",
    "DEL a",
    "EVAL return 0",
    "EVALSHA 0 0",
    "SCRIPT LOAD return",
    "INFO",
    "SUBSCRIBE a",
    "MULTI",
    "SCAN 0",
    "CLIENT SETNAME a",
  ])("the application may %s", async (command) => expect(await allowed("app", command)).toBe(true));

  test.each([
    "FLUSHALL",
    "FLUSHDB",
    "SWAPDB 0 1",
    "KEYS *",
    "CONFIG GET requirepass",
    "CONFIG SET dir /tmp",
    "DEBUG SLEEP 10",
    "SHUTDOWN",
    "SAVE",
    "BGSAVE",
    "BGREWRITEAOF",
    "REPLICAOF elsewhere 6379",
    "SLAVEOF elsewhere 6379",
    "SYNC",
    "PSYNC ? -1",
    "MONITOR",
    "MIGRATE elsewhere 6379 a 0 100",
    "RESTORE a 0 b",
    "MODULE LOAD /tmp/m.so",
    "ACL LIST",
    "ACL SETUSER app",
    "CLIENT KILL 127.0.0.1:1",
    "CLIENT PAUSE 1000",
    "CLIENT LIST",
    "FUNCTION FLUSH",
    "FUNCTION LOAD a",
    "SCRIPT FLUSH",
    "SCRIPT KILL",
    "SORT a",
    "FAILOVER",
    "LATENCY LATEST",
    "SLOWLOG GET",
  ])("the application may not %s", async (command) => expect(await allowed("app", command)).toBe(false));

  test("a login that copies can read no key and write none", async () => {
    for (const command of ["PING", "SYNC", "PSYNC ? -1", "REPLCONF ACK 0", "INFO keyspace"]) expect(await allowed("copy", command), command).toBe(true);
    for (const command of ["GET a", "SET a 1", "SCAN 0", "DUMP a", "FLUSHALL", "CONFIG GET dir", "EVAL 0 0"])
      expect(await allowed("copy", command), command).toBe(false);
  });

  test("a login that restores can bring keys and read none; only its own mark it can read", async () => {
    for (const command of ["RESTORE a 0 b", "INFO keyspace", "GET slipway:restoring", "SET slipway:restoring a", "DEL slipway:restoring"])
      expect(await allowed("restore", command), command).toBe(true);
    for (const command of ["GET a", "SET a 1", "DEL a", "SCAN 0", "DUMP a", "FLUSHALL", "CONFIG GET dir", "EVAL 0 0", "SYNC"])
      expect(await allowed("restore", command), command).toBe(false);
  });

  test("the exporter can read no key", async () => {
    for (const command of ["GET a", "SCAN 0", "CONFIG SET dir /", "CLIENT KILL a:1"]) expect(await allowed("exporter", command), command).toBe(false);
    expect(await allowed("exporter", "INFO all")).toBe(true);
  });

  test("whoever gives no password may PING, and nothing else", async () => {
    for (const command of ["INFO", "GET a", "SUBSCRIBE a", "SYNC"]) expect(await allowed("probe", command), command).toBe(false);
    expect(await allowed("probe", "PING")).toBe(true);
  });

  test("nobody is the default user: neither who says nothing, nor who asks to be", async () => {
    const nobody = await RedisConnection.open({ host: "127.0.0.1", port: bench.port });
    await expect(nobody.command("GET", "a")).rejects.toThrow(/NOAUTH/);
    await expect(nobody.command("AUTH", "default", "")).rejects.toThrow(/WRONGPASS/);
    nobody.close();
  });

  test("what a script wrote is there after a restart", async () => {
    const app = await bench.login("app");
    await app.command("EVAL", "redis.call('SET', 'one', 1) redis.call('SET', 'two', 2)", 0);
    app.close();
    admin.close();
    await bench.stop();
    await bench.start(redisConf("state", "48Mi"));
    admin = await bench.login("admin");
    expect(await admin.command("EXISTS", "one", "two")).toBe(2);
  });
});
