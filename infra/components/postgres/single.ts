import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { disruptionBudget } from "../kubernetes/budget.ts";
import { autonamed, type Identity, named, selectorLabels } from "../kubernetes/identity.ts";
import { workloadPolicy } from "../kubernetes/network.ts";
import { authorityFile } from "../kubernetes/pod.ts";
import { serverCertificate } from "./certificates.ts";
import { archiveSettings, hbaConf, postgresqlConf } from "./configuration.ts";
import { roleNames } from "./roles.ts";
import type { DatabaseServer, ServerPasswords } from "./server.ts";
import type { PostgresSpec } from "./spec.ts";
import { postgresStatefulSet, serverName } from "./stateful-set.ts";

/** A StatefulSet of one server. */
export function singleServer(identity: Identity, spec: PostgresSpec, passwords: ServerPasswords, opts: pulumi.CustomResourceOptions): DatabaseServer {
  const { name } = identity;
  const own = serverName(identity);
  const certificate = serverCertificate(identity, opts);
  const admin = new k8s.core.v1.Secret(
    `${name}-admin`,
    { metadata: autonamed(identity), stringData: { admin: passwords.admin } },
    {
      ...opts,
      // The kept volume opens to this password only.
      retainOnDelete: spec.protect,
    },
  );
  const config = new k8s.core.v1.ConfigMap(
    `${name}-config`,
    {
      metadata: autonamed(identity),
      data: {
        "postgresql.conf": postgresqlConf(spec.resources.memory, spec.maxConnections, spec.archived ? archiveSettings(spec.storage) : {}),
        "pg_hba.conf": hbaConf(spec.archived ? [roleNames(spec.database).archive] : []),
      },
    },
    opts,
  );
  new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: named(identity, own), automountServiceAccountToken: false }, opts);
  new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, [], []), opts);
  const mounted = { admin: admin.metadata.name, config: config.metadata.name, certificate: certificate.secretName };
  const server = new k8s.apps.v1.StatefulSet(name, postgresStatefulSet(identity, spec, mounted), { ...opts, protect: spec.protect });
  new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, { ...disruptionBudget(identity), metadata: named(identity, own) }, opts);
  const service = new k8s.core.v1.Service(
    name,
    {
      metadata: named(identity),
      spec: {
        type: "ClusterIP",
        selector: selectorLabels(identity),
        ports: [{ name: "postgres", port: spec.port, targetPort: "postgres", protocol: "TCP" }],
      },
    },
    { ...opts, dependsOn: server },
  );
  return {
    endpoint: {
      name,
      namespace: identity.namespace,
      host: service.metadata.name,
      port: spec.port,
      settings: { sslMode: "verify-full" },
      secretFiles: [authorityFile],
      authoritySecretName: certificate.secretName,
      podSelector: selectorLabels(identity),
    },
  };
}
