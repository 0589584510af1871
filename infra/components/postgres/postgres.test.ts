import { expect, test } from "vitest";
import { pgHbaConf, postgresqlConf } from "./configuration.ts";
import { type ManagedPostgres, type PostgresCluster, PostgresMode } from "./mode.ts";
import { Postgres, type PostgresArgs } from "./postgres.ts";
import { rolesScript, rolesSql } from "./roles.ts";

const args: PostgresArgs = { namespace: "links", database: "links", storage: "2Gi", resources: { cpu: "100m", memory: "256Mi" } };

const bucket = { name: "backups", namespace: "links", host: "s3", port: 443 };
const cluster = (changed: PostgresCluster): Partial<PostgresArgs> => ({ mode: PostgresMode.cluster, cluster: changed });
const network = { vpcId: "vpc-0a1", subnetIds: ["subnet-1", "subnet-2"], subnetCidrs: ["10.0.0.0/20"], clientCidrs: ["10.0.0.0/16"] };
const rds = (changed: Partial<ManagedPostgres>): Partial<PostgresArgs> => ({
  mode: PostgresMode.managed,
  storage: "20Gi",
  managed: { region: "eu-central-1", ...network, instanceClass: "db.m7g.large", authorities: "-----BEGIN CERTIFICATE-----", ...changed },
});

test.each<[string, Partial<PostgresArgs>, RegExp]>([
  ["a database name that SQL would have to quote", { database: "my-db" }, /database "my-db" is no plain identifier/],
  ["a volume too small", { storage: "500Mi" }, /storage "500Mi" .* at least 1Gi/],
  ["too few connections", { maxConnections: 3 }, /maxConnections 3 is out of bounds; give a whole number from 10/],
  ["a version that goes below the first", { passwordVersion: 0 }, /passwordVersion 0 is no version/],
  ["too little memory to start", { resources: { cpu: "100m", memory: "64Mi" } }, /resources\.memory 64Mi .* at least 128Mi/],
  ["a misspelled quantity", { resources: { cpu: "100 m", memory: "256Mi" } }, /resources\.cpu "100 m" is no CPU quantity/],
  ["a mode that nobody knows", { mode: "ha" as PostgresMode }, /mode "ha" is unknown; use single, cluster, managed/],
  ["words about another mode", { cluster: {} }, /cluster is given but mode is single; remove cluster, or set mode to cluster/],
  ["writes that wait for the one follower", cluster({ instances: 2, synchronous: true }), /cluster\.synchronous .* at least 3/],
  ["a pooler that takes every connection", cluster({ pooler: { poolSize: 60 } }), /holds 120 connections, and maxConnections 100 .* at least 135/],
  ["a base backup that is never taken", cluster({ baseBackupSchedule: "0 0 30 2 *" }), /cluster\.baseBackupSchedule "0 0 30 2 \*"/],
  [
    "a bucket that takes no parts",
    cluster({ archive: { ...bucket, settings: { bucket: "b", kmsKey: "k" } } }),
    /cluster\.archive "backups" .* no uploads in parts/,
  ],
  ["managed by nobody", { mode: PostgresMode.managed, storage: "20Gi" }, /mode is managed but managed is missing/],
  ["a managed one for everybody", rds({ clientCidrs: ["0.0.0.0/0"] }), /managed\.clientCidrs holds a range of everybody/],
  ["one zone", rds({ subnetIds: ["subnet-1"] }), /managed\.subnetIds names 1 subnets; RDS wants two/],
  ["an authority that nobody can verify", rds({ authorities: "" }), /managed\.authorities holds no certificate; .*eu-central-1-bundle\.pem/],
  ["less storage than RDS gives", { ...rds({}), storage: "5Gi" }, /storage 5Gi is less than RDS gives; give at least 20Gi/],
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
    const [, workMem] = /work_mem = '(\d+)kB'/.exec(postgresqlConf(memory, connections).replace("maintenance_work_mem", "")) ?? [];
    const limit = Number.parseInt(memory, 10) * (memory.endsWith("Gi") ? 2 ** 20 : 2 ** 10);
    expect(Number(workMem) * connections * 2).toBeLessThanOrEqual(limit / 4);
  }
});

test("no password stands in a statement or in the arguments of a process", () => {
  const sql = rolesSql("links", { superuser: true });
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
  expect(postgresqlConf("256Mi", 100)).toMatch(/^ssl = 'on'$/m);
});
