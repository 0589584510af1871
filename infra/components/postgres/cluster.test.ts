import { expect, test } from "vitest";
import { identityOf } from "../kubernetes/identity.ts";
import { objectStore, scheduledBackup } from "./cluster-archive.ts";
import { clusterObject } from "./cluster-object.ts";
import { clusterPolicy } from "./cluster-policy.ts";
import { PostgresMode } from "./mode.ts";
import { poolerObject } from "./pooler.ts";
import type { PostgresArgs } from "./postgres.ts";
import { postgresSpec } from "./spec.ts";

const args: PostgresArgs = { namespace: "links", database: "links", storage: "2Gi", mode: PostgresMode.cluster, cluster: { pooler: {} } };
const identity = identityOf("postgres", "postgres", "database", args);
const spec = postgresSpec("postgres", args);
const inputs = { superuser: "postgres-superuser", owner: "links_owner", ownerLogin: "postgres-first-owner", certificate: "postgres-tls" };
const object = (changed: Partial<PostgresArgs["cluster"]> = {}) => {
  const changedSpec = postgresSpec("postgres", { ...args, cluster: { ...args.cluster, ...changed } });
  return clusterObject(identity, changedSpec, changedSpec.cluster, inputs).spec;
};

test("plain connections are refused before the operator's own last line would take them", () => {
  expect(object().postgresql.pg_hba).toEqual(["hostssl all all all scram-sha-256", "host all all all reject"]);
});

test("with three servers a write waits for one follower, with fewer for none", () => {
  expect(object().postgresql.synchronous).toEqual({ method: "any", number: 1, dataDurability: "required", failoverQuorum: true });
  expect(object({ instances: 2 }).postgresql).not.toHaveProperty("synchronous");
  expect(object({ synchronous: false }).postgresql).not.toHaveProperty("synchronous");
});

/** CloudNativePG's webhook refuses a Cluster that sets one of these (docs, "Fixed parameters"). */
const fixed =
  /^(listen_addresses|port|unix_socket_.*|hba_file|logging_collector|log_destination|log_directory|log_filename|archive_.*|ssl|ssl_(ca|cert|key|crl)_file|cluster_name|hot_standby|primary_.*|recovery_.*|restore_command|restart_after_crash|shared_preload_libraries|synchronous_standby_names)$/;

test("no parameter is one that the operator keeps to itself, and each is a text", () => {
  const { parameters } = object().postgresql;
  expect(Object.keys(parameters).filter((name) => fixed.test(name))).toEqual([]);
  expect(Object.values(parameters).every((value) => typeof value === "string")).toBe(true);
  expect(parameters).toMatchObject({ shared_buffers: "131072kB", max_connections: "100" });
});

test("servers are reached by each other, the operator and the pooler; and reach each other and the API server", () => {
  const policy = clusterPolicy(identity, spec.cluster, { namespace: "monitoring" }).spec as { ingress: object[]; egress: object[]; podSelector: object };
  const own = { podSelector: { matchLabels: { "cnpg.io/cluster": "postgres" } } };
  const from = (name: string) => [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } }];
  const ports = (...numbers: number[]) => numbers.map((port) => ({ port, protocol: "TCP" }));
  expect(policy.podSelector).toEqual(own.podSelector);
  expect(policy.ingress).toEqual([
    { from: [own], ports: ports(5432, 8000) },
    { from: [{ podSelector: { matchLabels: { "cnpg.io/poolerName": "postgres-pooler" } } }], ports: ports(5432) },
    { from: from("cnpg-system"), ports: ports(8000) },
    { from: from("monitoring"), ports: ports(9187) },
  ]);
  expect(policy.egress).toEqual([{ to: [own], ports: ports(5432, 8000) }, { ports: ports(443, 6443) }]);
  const narrow = clusterPolicy(identity, { ...spec.cluster, apiServerCidrs: ["10.0.0.1/32"] }, undefined).spec as { egress: object[] };
  expect(narrow.egress[1]).toEqual({ to: [{ ipBlock: { cidr: "10.0.0.1/32" } }], ports: ports(443, 6443) });
});

test("the pooler keeps the application's named statements, and lets no plain connection in", () => {
  const { parameters } = poolerObject(identity, spec, spec.cluster.pooler!, "postgres-tls").spec.pgbouncer;
  expect(Number(parameters.max_prepared_statements)).toBeGreaterThan(0);
  expect(parameters.client_tls_sslmode).toBe("require");
  // The application gives it with every connection, and PgBouncer ends one that says what it doesn't know.
  expect(parameters.ignore_startup_parameters).toContain("statement_timeout");
});

test("the archive's keys come from the bucket's Secret, or from the pod's role where there is none", () => {
  const bucket = { name: "backups", namespace: "links", host: "s3", port: 443, settings: { bucket: "b", prefix: "p", endpoint: "https://s3" } };
  expect(objectStore(identity, spec, { ...bucket, secretName: "keys" }).spec.configuration.s3Credentials).toEqual({
    accessKeyId: { name: "keys", key: "access-key-id" },
    secretAccessKey: { name: "keys", key: "secret-access-key" },
  });
  expect(objectStore(identity, spec, bucket).spec.configuration.s3Credentials).toEqual({ inheritFromIAMRole: true });
  expect(scheduledBackup(identity, "17 2 * * *").spec.schedule).toBe("0 17 2 * * *");
});
