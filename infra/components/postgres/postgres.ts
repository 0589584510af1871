import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources, Monitoring } from "../component-args.ts";
import { Exporter } from "../exporter/exporter.ts";
import { disruptionBudget } from "../kubernetes/budget.ts";
import { autonamed, identityOf, named, part, selectorLabels } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { pgHbaConf, postgresqlConf } from "./configuration.ts";
import { postgresExporter } from "./exporter.ts";
import { adminPassword, currentSlot, rolePasswords } from "./passwords.ts";
import { roleNames, rolesSql } from "./roles.ts";
import { rolesJob } from "./roles-job.ts";
import { postgresSpec } from "./spec.ts";
import { postgresStatefulSet } from "./stateful-set.ts";

export interface PostgresArgs extends ComponentArgs {
  /** Name of the database, and the stem of its roles. Lower-case letters, digits and `_`. A change makes a second, empty database. */
  database: string;
  /** Size of the volume, such as `20Gi`. It can grow where the storage class allows it; a change replaces nothing in the running volume. */
  storage: string;
  /** Storage class of the volume. Defaults to the cluster's own. A change replaces the StatefulSet and its data; move by a restore. */
  storageClass?: string;
  /** CPU and memory of the server; its caches are sized from the memory. A change restarts it. */
  resources: ContainerResources;
  /** Most connections at once. Defaults to 100. At least the pools of all clients, and one more rollout's worth. A change restarts the server. */
  maxConnections?: number;
  /**
   * Version of the passwords, 1 at first. Adding 1 rotates them without an outage: the application has two logins that take
   * turns, so the new one is ready before the old one is left. Never go back.
   */
  passwordVersion?: number;
  /**
   * Keeps the data: Pulumi refuses to delete the server, and its volume outlives it. Defaults to false.
   */
  protect?: boolean;
  /** Image of the server and of its client programs. Defaults to the catalogue's. Another minor version restarts; another major one needs a dump and a restore. */
  image?: pulumi.Input<string>;
  /** Image of the exporter. Defaults to the catalogue's. */
  exporterImage?: pulumi.Input<string>;
  /** How Prometheus reaches the exporter. Left out, there is none. */
  monitoring?: Monitoring;
}

/**
 * A PostgreSQL server with its volume, roles with least rights, and an exporter.
 *
 * Three bindings give three logins: `binding` for the application, `ownerBinding` for migrations, `backupBinding` for dumps.
 * Each resolves when the server is ready and its roles are set, so what uses it starts after it.
 */
export class Postgres extends pulumi.ComponentResource {
  /** Login of the application: reads and writes rows, changes no schema. */
  readonly binding: ServiceBinding;
  /** Login that owns the schema, for migrations. */
  readonly ownerBinding: ServiceBinding;
  /** Login that reads everything and writes nothing, for backups. */
  readonly backupBinding: ServiceBinding;

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Postgres", name, {}, opts);
    const spec = postgresSpec(name, args);
    const identity = identityOf(name, "postgres", "database", args);
    const child = { parent: this };
    const kept = { parent: this, protect: spec.protect };

    const passwords = { admin: adminPassword(name, child), ...rolePasswords(name, spec.passwordVersion, child) };
    const admin = new k8s.core.v1.Secret(
      `${name}-admin`,
      { metadata: autonamed(identity), stringData: { admin: passwords.admin } },
      {
        parent: this,
        // The kept volume opens to this password only.
        retainOnDelete: spec.protect,
      },
    );
    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: autonamed(identity),
        data: { "postgresql.conf": postgresqlConf(spec.resources.memory, spec.maxConnections), "pg_hba.conf": pgHbaConf },
      },
      child,
    );
    new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: named(identity), automountServiceAccountToken: false }, child);
    new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, [], []), child);
    const server = new k8s.apps.v1.StatefulSet(name, postgresStatefulSet(identity, spec, admin.metadata.name, config.metadata.name), kept);
    new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, disruptionBudget(identity), child);
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
      { parent: this, dependsOn: server },
    );

    const endpoint: ServiceBinding = {
      name,
      namespace: args.namespace,
      host: service.metadata.name,
      port: spec.port,
      podSelector: selectorLabels(identity),
    };
    const setup = part(identity, "roles", "setup");
    const roleSecrets = new k8s.core.v1.Secret(`${name}-roles`, { metadata: autonamed(setup), stringData: passwords }, child);
    const statements = new k8s.core.v1.ConfigMap(`${name}-roles`, { metadata: autonamed(setup), data: { "roles.sql": rolesSql(spec.database) } }, child);
    new k8s.core.v1.ServiceAccount(`${name}-roles-account`, { metadata: named(setup), automountServiceAccountToken: false }, child);
    new k8s.networking.v1.NetworkPolicy(`${name}-roles-policy`, workloadPolicy(setup, [], [endpoint]), child);
    admitClient(setup, [endpoint], child);
    const roles = new k8s.batch.v1.Job(
      `${name}-roles`,
      rolesJob(setup, { image: spec.image, host: endpoint.host, port: spec.port, secret: roleSecrets.metadata.name, statements: statements.metadata.name }),
      child,
    );

    const login = (role: string, username: string, password: pulumi.Output<string>): ServiceBinding => {
      const secret = new k8s.core.v1.Secret(`${name}-${role}`, { metadata: autonamed(identity), stringData: { password } }, { parent: this, dependsOn: roles });
      return { ...endpoint, settings: { database: spec.database, username }, secretName: secret.metadata.name, secretFiles: ["password"] };
    };
    const names = roleNames(spec.database);
    const slot = currentSlot(spec.passwordVersion);
    this.binding = login("app", slot === "a" ? names.appA : names.appB, slot === "a" ? passwords.app_a : passwords.app_b);
    this.ownerBinding = login("owner", names.owner, passwords.owner);
    this.backupBinding = login("backup", names.backup, passwords.backup);
    if (args.monitoring) {
      const watched = login("exporter", names.exporter, passwords.exporter);
      new Exporter(`${name}-exporter`, postgresExporter(args, spec, watched, args.monitoring), child);
    }
    this.registerOutputs({ binding: this.binding, ownerBinding: this.ownerBinding, backupBinding: this.backupBinding });
  }
}
