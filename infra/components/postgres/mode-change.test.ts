import { expect, test } from "vitest";
import { synth } from "../../plan/synth.ts";
import { PostgresMode } from "./mode.ts";
import { Postgres, type PostgresArgs } from "./postgres.ts";

async function made(changed: Partial<PostgresArgs>) {
  const args: PostgresArgs = { namespace: "links", database: "links", storage: "2Gi", monitoring: { namespace: "monitoring" }, ...changed };
  const resources = await synth(() => void new Postgres("postgres", args));
  return resources.flatMap(({ manifest }) => (manifest ? [manifest] : []));
}
const one = await made({});
const several = await made({ mode: PostgresMode.cluster, cluster: { pooler: {} } });

/** What CloudNativePG 1.30 makes of a Cluster `postgres` and its Pooler (pkg/specs, pkg/specs/pgbouncer); what is there it takes for its own. */
const operators = [
  ...["PodDisruptionBudget", "Role", "RoleBinding", "ServiceAccount"].map((kind) => `${kind} postgres`),
  ...["PodDisruptionBudget postgres-primary", "Secret postgres-ca", "Secret postgres-replication", "Secret postgres-app"],
  ...["rw", "ro", "r"].map((suffix) => `Service postgres-${suffix}`),
  ...["Deployment", "Role", "RoleBinding", "Service", "ServiceAccount"].map((kind) => `${kind} postgres-pooler`),
];

test("in no mode has an object of ours the name of one that the operator makes", () => {
  for (const objects of [one, several]) {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names).toContain("NetworkPolicy postgres");
    expect(names.filter((name) => operators.includes(name))).toEqual([]);
  }
});

test("a server begins with the certificate that the one of the other mode had", () => {
  const certificates = [one, several].map((objects) => objects.filter(({ kind }) => kind === "Certificate"));
  expect(certificates[0]).toHaveLength(2);
  expect(certificates[0]).toEqual(certificates[1]);
  const { dnsNames } = certificates[0]!.find(({ metadata }) => metadata.name === "postgres-server")!.spec;
  expect(dnsNames).toEqual(expect.arrayContaining(["postgres", "postgres.links.svc", "postgres-rw", "postgres-pooler", "postgres-rw.links.svc.cluster.local"]));
});

test("text is sorted alike in both", () => {
  const [server] = one.find(({ kind }) => kind === "StatefulSet")!.spec.template.spec.containers;
  const options = server.env.find(({ name }: { name: string }) => name === "POSTGRES_INITDB_ARGS").value;
  const { localeCollate, localeCType } = several.find(({ kind }) => kind === "Cluster")!.spec.bootstrap.initdb;
  expect(localeCType).toBe(localeCollate);
  expect(options.split(" ")).toContain(`--locale=${localeCollate}`);
});
