import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Monitoring } from "../component-args.ts";
import { type Identity, named } from "../kubernetes/identity.ts";
import { authorityFile } from "../kubernetes/pod.ts";
import { scrapePodsByOperator } from "../kubernetes/scrape.ts";
import { serverCertificate } from "./certificates.ts";
import { archiveParameters, archiveTo } from "./cluster-archive.ts";
import { clusterObject } from "./cluster-object.ts";
import { clusterPods, clusterPolicy } from "./cluster-policy.ts";
import { poolConnections, poolerPods } from "./pooler.ts";
import { roleNames } from "./roles.ts";
import type { DatabaseServer, ServerPasswords } from "./server.ts";
import type { ClusterSpec, PostgresSpec } from "./spec.ts";

/** What of the servers' own series is changed. */
const serverSeries = [
  // It holds whole error messages, and a value that is too long fails the scrape.
  { action: "labeldrop", regex: "errorUserQueries" },
  // Every setting of Postgres, which nobody reads.
  { action: "drop", sourceLabels: ["__name__"], regex: "cnpg_pg_settings_.*" },
  // Under the name that a standby's exporter gives it, so that one alert serves every mode.
  { action: "replace", sourceLabels: ["__name__"], regex: "cnpg_pg_replication_lag", targetLabel: "__name__", replacement: "pg_replication_lag_seconds" },
];

/** Several servers, which CloudNativePG runs. */
export function serverCluster(
  identity: Identity,
  spec: PostgresSpec,
  cluster: ClusterSpec,
  passwords: ServerPasswords,
  monitoring: Monitoring | undefined,
  opts: pulumi.CustomResourceOptions,
): DatabaseServer {
  const { name } = identity;
  const certificate = serverCertificate(identity, opts);
  const owner = roleNames(spec.database).owner;
  const superuser = login(`${name}-superuser`, "postgres", passwords.admin);
  const first = login(`${name}-first-owner`, owner, passwords.owner);
  new k8s.networking.v1.NetworkPolicy(`${name}-policy`, clusterPolicy(identity, cluster, monitoring), opts);
  const archive = cluster.archive && archiveTo(identity, spec, cluster.archive, cluster.baseBackupSchedule, opts);
  const made = new k8s.apiextensions.CustomResource(
    name,
    clusterObject(identity, spec, cluster, {
      superuser: superuser.metadata.name,
      owner,
      ownerLogin: first.metadata.name,
      certificate: certificate.secretName,
      plugins: archive && [archiveParameters(archive)],
    }),
    { ...opts, protect: spec.protect, retainOnDelete: spec.protect },
  );
  scrapePodsByOperator(identity, monitoring, opts, clusterPods(name), serverSeries);

  const endpoint = {
    name,
    namespace: identity.namespace,
    // The operator's Service of the server that writes; it is there when the cluster is ready.
    host: pulumi.interpolate`${made.metadata.name}-rw`,
    port: spec.port,
    settings: { sslMode: "verify-full" },
    secretFiles: [authorityFile],
    authoritySecretName: certificate.secretName,
    podSelector: clusterPods(name),
  };
  const pooled = cluster.pooler && poolConnections(identity, spec, cluster.pooler, certificate.secretName, { ...opts, dependsOn: made });
  return { endpoint, pooled: pooled && { ...endpoint, host: pooled, podSelector: poolerPods(identity) } };

  /** Named, and marked so that the operator sees a new password at once: it brings the role to it by itself, at every start too. */
  function login(secret: string, username: string, password: pulumi.Input<string>): k8s.core.v1.Secret {
    const metadata = named(identity, secret);
    return new k8s.core.v1.Secret(
      secret,
      {
        metadata: { ...metadata, labels: { ...metadata.labels, "cnpg.io/reload": "true" } },
        type: "kubernetes.io/basic-auth",
        stringData: { username, password },
      },
      { ...opts, retainOnDelete: spec.protect },
    );
  }
}
