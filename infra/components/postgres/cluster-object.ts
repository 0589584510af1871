import type * as pulumi from "@pulumi/pulumi";
import { type Identity, named } from "../kubernetes/identity.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { locale, serverSettings } from "./configuration.ts";
import type { ClusterSpec, PostgresSpec } from "./spec.ts";

export interface ClusterInputs {
  /** Secret with the superuser's login. */
  superuser: pulumi.Input<string>;
  /** Role that owns the database, and the Secret with its login. */
  owner: string;
  ownerLogin: pulumi.Input<string>;
  /** Secret with the servers' certificate. */
  certificate: pulumi.Input<string>;
  plugins?: object[];
}

/** The Cluster. What it leaves out is the operator's default, which follows the same rules: restricted pods, checksums, a budget. */
export function clusterObject(identity: Identity, spec: PostgresSpec, cluster: ClusterSpec, inputs: ClusterInputs) {
  const metadata = named(identity);
  const { superuser, owner, ownerLogin, certificate, plugins } = inputs;
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: { ...metadata, annotations: { ...metadata.annotations, "pulumi.com/waitFor": "condition=Ready" } },
    spec: {
      instances: cluster.instances,
      imageName: spec.image,
      imagePullPolicy: "Always",
      // On the objects that the operator makes, as on all others of the service.
      inheritedMetadata: { labels: identity.labels, annotations: identity.annotations },
      enableSuperuserAccess: true,
      superuserSecret: { name: superuser },
      bootstrap: {
        initdb: {
          database: spec.database,
          owner,
          secret: { name: ownerLogin },
          dataChecksums: true,
          encoding: "UTF8",
          localeCollate: locale,
          localeCType: locale,
        },
      },
      certificates: { serverTLSSecret: certificate, serverCASecret: certificate },
      postgresql: {
        parameters: Object.fromEntries(Object.entries(serverSettings(spec.resources.memory, spec.maxConnections)).map(([key, value]) => [key, `${value}`])),
        // After the operator's own lines, for itself and for followers, and before its last one, which takes plain connections too.
        pg_hba: ["hostssl all all all scram-sha-256", "host all all all reject"],
        ...(cluster.synchronous && { synchronous: { method: "any", number: 1, dataDurability: "required", failoverQuorum: true } }),
      },
      storage: { size: spec.storage, storageClass: spec.storageClass },
      ephemeralVolumesSizeLimit: { shm: spec.resources.memory, temporaryData: "64Mi" },
      resources: resourceRequirements(spec.resources),
      // A preference, as everywhere: on a cluster of one node a demand would leave the second server pending for ever.
      affinity: { enablePodAntiAffinity: true, podAntiAffinityType: "preferred", topologyKey: "kubernetes.io/hostname" },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "topology.kubernetes.io/zone",
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: { "cnpg.io/cluster": identity.name } },
        },
      ],
      primaryUpdateStrategy: "unsupervised",
      // The followers first, then one of them takes over: a new minor version costs seconds of writes instead of a restart.
      primaryUpdateMethod: "switchover",
      enablePDB: true,
      ...(plugins && { plugins }),
    },
  };
}
