import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { planStack } from "../../infra/plan/plan.ts";
import { repository } from "../../infra/plan/project.ts";
import type { PlannedResource } from "../../infra/plan/resource.ts";
import { readStackFile } from "../../infra/plan/stack-file.ts";

const folder = mkdtempSync(join(tmpdir(), "rds-authorities-"));
const authoritiesFile = join(folder, "rds-ca.pem");
const modes = {
  cluster: { mode: "cluster", storage: "10Gi", resources: { cpu: "1", memory: "2Gi" }, cluster: { pooler: {} } },
  managed: {
    mode: "managed",
    storage: "50Gi",
    managed: {
      region: "eu-central-1",
      vpcId: "vpc-0a1",
      subnetIds: ["subnet-1", "subnet-2"],
      subnetCidrs: ["10.0.0.0/20"],
      clientCidrs: ["10.0.0.0/16"],
      instanceClass: "db.m7g.large",
      authoritiesFile,
    },
  },
};

/** Prod's, without what only a server of ours can do. */
const { pointInTime: _, ...backups } = JSON.parse(readStackFile(repository, "prod").config["slipway:backups"]!);

const plans: Record<string, PlannedResource[]> = {};
beforeAll(async () => {
  writeFileSync(authoritiesFile, "-----BEGIN CERTIFICATE-----\n");
  // One after the other: Pulumi's mocks are global to the process.
  for (const mode of Object.keys(modes) as (keyof typeof modes)[]) {
    const config = { "slipway:postgres": JSON.stringify(modes[mode]), "slipway:backups": JSON.stringify(backups) };
    plans[mode] = (await planStack("prod", { config })).resources;
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const manifests = (mode: string) => plans[mode]!.flatMap(({ manifest }) => (manifest ? [manifest] : []));
const environmentOf = (mode: string, name: string) => {
  const deployment = manifests(mode).find(({ kind, metadata }) => kind === "Deployment" && metadata.name === name);
  const variables: { name: string; value: string }[] = deployment!.spec.template.spec.containers[0].env;
  return Object.fromEntries(variables.map(({ name: key, value }) => [key, value]));
};

test.each(Object.keys(modes))("in mode %s no server of ours is left, and the application is told how to verify the one it uses", (mode) => {
  expect(manifests(mode).filter(({ kind, metadata }) => kind === "StatefulSet" && metadata.name.startsWith("postgres"))).toEqual([]);
  expect(environmentOf(mode, "links")).toMatchObject({
    POSTGRES_DATABASE: "links",
    POSTGRES_SSLMODE: "verify-full",
    POSTGRES_CA_CRT_FILE: "/run/secrets/bindings/postgres/ca.crt",
  });
});

test("the application goes through the pooler, and the exporter past it", () => {
  expect(environmentOf("cluster", "links").POSTGRES_HOST).toBe("postgres-pooler");
  expect(environmentOf("cluster", "postgres-exporter").DATA_SOURCE_URI).toMatch(/^postgres-rw:5432\//);
  expect(environmentOf("managed", "links").POSTGRES_HOST).toMatch(/\.rds\.amazonaws\.com$/);
});

test("RDS lets in the ranges that were named, and pods go out to its subnets alone", () => {
  const rules = plans.managed!.filter(({ type }) => type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
  expect(rules.map(({ inputs }) => inputs.cidrIpv4)).toEqual(["10.0.0.0/16"]);
  const policy = manifests("managed").find(({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === "links");
  const toDatabase = policy!.spec.egress.filter(({ ports }: { ports: { port: number }[] }) => ports[0]!.port === 5432);
  expect(toDatabase).toEqual([{ to: [{ ipBlock: { cidr: "10.0.0.0/20" } }], ports: [{ port: 5432, protocol: "TCP" }] }]);
});

test("protected data is protected, whoever keeps it", () => {
  const kept = (mode: string) => plans[mode]!.filter(({ options }) => options.protect).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
  expect(kept("cluster")).toContain("Cluster postgres");
  expect(kept("managed")).toContain("Instance postgres");
});

test("no password of the database stands open in the plan's inputs", () => {
  const instance = plans.managed!.find(({ type }) => type === "aws:rds/instance:Instance");
  expect(JSON.stringify(instance!.inputs.password)).toMatch(/secret/);
});
