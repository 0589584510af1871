import { expect, test } from "vitest";
import { identityOf } from "../kubernetes/identity.ts";
import { instanceArgs, parameters } from "./managed-instance.ts";
import { PostgresMode } from "./mode.ts";
import type { PostgresArgs } from "./postgres.ts";
import { rolesSql } from "./roles.ts";
import { postgresSpec } from "./spec.ts";

const args: PostgresArgs = {
  namespace: "links",
  database: "links",
  storage: "50Gi",
  mode: PostgresMode.managed,
  managed: {
    region: "eu-central-1",
    vpcId: "vpc-0a1",
    subnetIds: ["subnet-1", "subnet-2"],
    subnetCidrs: ["10.0.0.0/20"],
    clientCidrs: ["10.0.0.0/16"],
    instanceClass: "db.m7g.large",
    authorities: "-----BEGIN CERTIFICATE-----",
  },
};
const identity = identityOf("postgres", "postgres", "database", args);
const inputs = { password: "secret", subnetGroup: "subnets", securityGroup: "sg-1", parameterGroup: "parameters" };
const instance = (changed: Partial<PostgresArgs> = {}) => {
  const spec = postgresSpec("postgres", { ...args, ...changed });
  return instanceArgs(identity, spec, spec.managed!, inputs);
};

test("what is left unsaid is the safe side: two zones, encrypted, not public, seven days of any moment", () => {
  expect(instance()).toMatchObject({
    multiAz: true,
    storageEncrypted: true,
    publiclyAccessible: false,
    backupRetentionPeriod: 7,
    allocatedStorage: 50,
    maxAllocatedStorage: 100,
    allowMajorVersionUpgrade: false,
  });
});

test("protected data is refused to a deletion, and leaves a last snapshot to a deletion that is forced", () => {
  expect(instance({ protect: true })).toMatchObject({ deletionProtection: true, skipFinalSnapshot: false, finalSnapshotIdentifier: "postgres-links-last" });
  expect(instance()).toMatchObject({ deletionProtection: false, skipFinalSnapshot: true });
});

test("RDS itself refuses plain connections", () => {
  expect(parameters(100)).toContainEqual({ name: "rds.force_ssl", value: "1", applyMethod: "immediate" });
  // A static parameter that is applied at once is an error of RDS.
  expect(parameters(100)).toContainEqual({ name: "max_connections", value: "100", applyMethod: "pending-reboot" });
  expect(parameters(100).every(({ value }) => !/\d(s|kB|MB)$/.test(value))).toBe(true);
});

test("the roles ask for nothing that only a superuser may", () => {
  const sql = rolesSql("links", { superuser: false });
  expect(sql).not.toMatch(/log_min_error_statement|log_min_duration_statement|pg_reload_conf/);
  expect(sql.indexOf("createrole_self_grant")).toBeLessThan(sql.indexOf("CREATE ROLE"));
});
