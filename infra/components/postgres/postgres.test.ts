import { expect, test } from "vitest";
import { pgHbaConf, postgresqlConf } from "./configuration.ts";
import { Postgres, type PostgresArgs } from "./postgres.ts";
import { rolesScript, rolesSql } from "./roles.ts";

const args: PostgresArgs = { namespace: "links", database: "links", storage: "2Gi", resources: { cpu: "100m", memory: "256Mi" } };

test.each<[string, Partial<PostgresArgs>, RegExp]>([
  ["a database name that SQL would have to quote", { database: "my-db" }, /database "my-db" is no plain identifier/],
  ["a volume too small", { storage: "500Mi" }, /storage "500Mi" .* at least 1Gi/],
  ["too few connections", { maxConnections: 3 }, /maxConnections 3 is out of bounds; give a whole number from 10/],
  ["a version that goes below the first", { passwordVersion: 0 }, /passwordVersion 0 is no version/],
  ["too little memory to start", { resources: { cpu: "100m", memory: "64Mi" } }, /resources\.memory 64Mi .* at least 128Mi/],
  ["a misspelled quantity", { resources: { cpu: "100 m", memory: "256Mi" } }, /resources\.cpu "100 m" is no CPU quantity/],
])("refuses %s", (_, change, message) => expect(() => new Postgres("postgres", { ...args, ...change })).toThrow(message));

test("says all mistakes at once, each with component and name", () => {
  let message = "";
  try {
    new Postgres("main", { ...args, database: "A B", storage: "x", passwordVersion: 1.5 });
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message.split("\n")).toHaveLength(3);
  expect(message.match(/^Postgres "main": /gm)).toHaveLength(3);
});

test("all connections sorting at once stay within a quarter of the memory", () => {
  for (const [memory, connections] of [
    ["256Mi", 100],
    ["2Gi", 100],
    ["16Gi", 500],
  ] as const) {
    const [, workMem] = /work_mem = (\d+)kB/.exec(postgresqlConf(memory, connections).replace("maintenance_work_mem", "")) ?? [];
    const limit = Number.parseInt(memory, 10) * (memory.endsWith("Gi") ? 2 ** 20 : 2 ** 10);
    expect(Number(workMem) * connections * 2).toBeLessThanOrEqual(limit / 4);
  }
});

test("no password stands in a statement or in the arguments of a process", () => {
  const sql = rolesSql("links");
  expect(sql.match(/PASSWORD :'password'/g)).toHaveLength(8);
  expect(sql.match(/\\set password `cat \/run\/secrets\/bindings\/roles\//g)).toHaveLength(8);
  expect(rolesScript).not.toMatch(/psql[^\n]*PASSWORD/i);
});

test("over the network there is no way in without TLS", () => {
  const ways = pgHbaConf
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  const plain = ways.filter(([type]) => type === "host" || type === "hostnossl");
  expect(plain.map((way) => way.at(-1))).toEqual(plain.map(() => "reject"));
  expect(plain.some(([, database, user]) => database === "all" && user === "all")).toBe(true);
  expect(postgresqlConf("256Mi", 100)).toMatch(/^ssl = on$/m);
});
