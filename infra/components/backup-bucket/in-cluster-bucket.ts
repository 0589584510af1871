import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { toolsConfigMapData } from "../backup-tools/programs.ts";
import type { ServiceBinding } from "../binding.ts";
import { disruptionBudget } from "../kubernetes/budget.ts";
import { autonamed, type Identity, identityOf, named, part, selectorLabels } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import type { BackupBucketArgs } from "./backup-bucket.ts";
import { type Bindings, bindingsOf } from "./bindings.ts";
import { bucketJob, bucketProgram } from "./bucket-job.ts";
import { accountsFile, storePort, storeRegion, storeStatefulSet } from "./in-cluster-store.ts";
import type { BackupBucketSpec, InClusterStoreSpec } from "./spec.ts";
import { storeAccounts, storePolicy } from "./store-policy.ts";

/** A store of one pod, and a bucket in it. */
export function makeInClusterBucket(
  name: string,
  args: BackupBucketArgs,
  spec: BackupBucketSpec,
  store: InClusterStoreSpec,
  parent: pulumi.Resource,
): Bindings {
  const opts = { parent };
  const identity = part(identityOf(name, "backup-bucket", "object-store", args), "store", "object-store");
  const secretOf = (login: string) => new random.RandomPassword(`${name}-${login}-secret`, { length: 40, special: false }, opts).result;
  const secrets = { root: secretOf("root"), writer: secretOf("writer"), reader: secretOf("reader"), drill: secretOf("drill") };
  const users = pulumi.all([secrets.writer, secrets.reader, secrets.drill]).apply(([writer, reader, drill]) => accountsFile({ writer, reader, drill }));
  const accounts = new k8s.core.v1.Secret(
    `${identity.name}-accounts`,
    { metadata: autonamed(identity), stringData: { root: secrets.root, "users.json": users } },
    opts,
  );
  const service = makeServer(identity, spec, store, accounts, parent);
  // With its namespace, since a restore drill looks from another one.
  const host = pulumi.interpolate`${service.metadata.name}.${args.namespace}`;
  const url = pulumi.interpolate`http://${host}:${storePort}`;
  const endpoint: ServiceBinding = { name, namespace: args.namespace, host, port: storePort, podSelector: selectorLabels(identity) };

  const setup = part(identity, "bucket", "setup");
  new k8s.core.v1.ServiceAccount(`${setup.name}-account`, { metadata: named(setup), automountServiceAccountToken: false }, opts);
  new k8s.networking.v1.NetworkPolicy(`${setup.name}-policy`, workloadPolicy(setup, [], [endpoint]), opts);
  admitClient(setup, [endpoint], opts);
  const tools = new k8s.core.v1.ConfigMap(`${setup.name}-programs`, { metadata: autonamed(setup), data: toolsConfigMapData(bucketProgram) }, opts);
  const policy = JSON.stringify(storePolicy(spec.bucket, spec.prefix));
  const known = { image: store.nodeImage, endpoint: url, bucket: spec.bucket, policy, secret: accounts.metadata.name, tools: tools.metadata.name };
  const job = new k8s.batch.v1.Job(setup.name, bucketJob(setup, known), opts);

  const settings = {
    bucket: job.id.apply(() => spec.bucket),
    endpoint: url,
    expireDays: `${spec.retentionDays}`,
    prefix: spec.prefix,
    provider: "Other",
    region: storeRegion,
  };
  const login = (kind: keyof Bindings) => ({ key: { "access-key-id": pulumi.output(storeAccounts[kind]), "secret-access-key": secrets[kind] } });
  return bindingsOf(name, args, { ...endpoint, settings }, { writer: login("writer"), reader: login("reader"), drill: login("drill") }, parent);
}

function makeServer(identity: Identity, spec: BackupBucketSpec, store: InClusterStoreSpec, accounts: k8s.core.v1.Secret, parent: pulumi.Resource) {
  const opts = { parent };
  const at = identity.name;
  new k8s.core.v1.ServiceAccount(`${at}-account`, { metadata: named(identity), automountServiceAccountToken: false }, opts);
  new k8s.networking.v1.NetworkPolicy(`${at}-policy`, workloadPolicy(identity, [], []), opts);
  const server = new k8s.apps.v1.StatefulSet(at, storeStatefulSet(identity, store, spec.protect, accounts.metadata.name), { parent, protect: spec.protect });
  new k8s.policy.v1.PodDisruptionBudget(`${at}-budget`, disruptionBudget(identity), opts);
  return new k8s.core.v1.Service(
    at,
    {
      metadata: named(identity),
      spec: { type: "ClusterIP", selector: selectorLabels(identity), ports: [{ name: "s3", port: storePort, targetPort: "s3", protocol: "TCP" }] },
    },
    { parent, dependsOn: server },
  );
}
