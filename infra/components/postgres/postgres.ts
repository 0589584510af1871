import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources, Monitoring } from "../component-args.ts";
import { Exporter } from "../exporter/exporter.ts";
import { autonamed, type Identity, identityOf } from "../kubernetes/identity.ts";
import { serverCluster } from "./cluster.ts";
import { postgresExporter } from "./exporter.ts";
import { managedServer } from "./managed.ts";
import { type ManagedPostgres, type PostgresCluster, PostgresMode } from "./mode.ts";
import { adminPassword, archivePassword, currentSlot, rolePasswords } from "./passwords.ts";
import { takeUpCertificate } from "./reload.ts";
import { maintenanceDatabase, roleNames } from "./roles.ts";
import { type DatabaseServer, loginBinding, type ServerPasswords } from "./server.ts";
import { setRoles } from "./set-roles.ts";
import { singleServer } from "./single.ts";
import { type PostgresSpec, postgresSpec } from "./spec.ts";

export interface PostgresArgs extends ComponentArgs {
  /** Who runs it: `single` (the default), `cluster` or `managed`. Never change it in place: docs/postgres.md moves the data by a backup and its restore. */
  mode?: PostgresMode;
  /** For the mode `cluster`. */
  cluster?: PostgresCluster;
  /** For the mode `managed`. */
  managed?: ManagedPostgres;
  /** Name of the database, and the stem of its roles. Lower-case letters, digits and `_`. A change makes a second, empty database. */
  database: string;
  /** Size of the volume, such as `20Gi`. It can grow where the storage class allows it; a change replaces nothing in the running volume. */
  storage: string;
  /** Storage class of the volume. Defaults to the cluster's own. A change replaces the StatefulSet and its data; move by a restore. */
  storageClass?: string;
  /** CPU and memory of each server; its caches are sized from the memory. Defaults to 250m and 512Mi; `managed` has `instanceClass` instead. A change restarts it. */
  resources?: ContainerResources;
  /** Most connections at once. Defaults to 100. At least the pools of all clients, and one more rollout's worth. A change restarts the server. */
  maxConnections?: number;
  /**
   * Version of the passwords, 1 at first. Adding 1 rotates them without an outage: the application has two logins that take
   * turns, so the new one is ready before the old one is left. Never go back.
   */
  passwordVersion?: number;
  /**
   * For the mode `single`: which of the volume's databases runs, 1 at first. Adding 1 starts an empty one beside it, for another major
   * version to be filled by a restore (docs/postgres.md); going back to the old number runs the old one, as it was left.
   */
  generation?: number;
  /**
   * Keeps the data: Pulumi refuses to delete the server, and its volume outlives it. Defaults to false.
   */
  protect?: boolean;
  /**
   * For the mode `single`: whether its log is archived, so that a `WalArchive` can bring it back to a moment. Defaults to false. A
   * change restarts the server. Up to a quarter of the volume is then kept for an archive that is away.
   */
  archived?: boolean;
  /** Image of the server and of its client programs. Defaults to the catalogue's. Another minor version restarts; another major one needs a dump and a restore. */
  image?: pulumi.Input<string>;
  /** Image of the exporter. Defaults to the catalogue's. */
  exporterImage?: pulumi.Input<string>;
  /** How Prometheus reaches the exporter. Left out, there is none. */
  monitoring?: Monitoring;
}

/**
 * PostgreSQL, as one server with its volume, as a cluster of several or run by a cloud; with roles with least rights and an exporter. It takes encrypted connections only, and cert-manager
 * gives it the certificate by which each client knows it.
 *
 * Five bindings give five logins: `binding` for the application, `ownerBinding` for migrations, `readerBinding` for people,
 * `backupBinding` for dumps, `restoreBinding` for restores. Each resolves when the server is ready and its roles are set, so what
 * uses it starts after it.
 */
export class Postgres extends pulumi.ComponentResource {
  /** Login of the application: reads and writes rows, changes no schema. */
  readonly binding: ServiceBinding;
  /** Login that owns the schema, for migrations. */
  readonly ownerBinding: ServiceBinding;
  /** Login that sees every row and changes none, for people and reports. */
  readonly readerBinding: ServiceBinding;
  /** Login that reads everything and writes nothing, for backups. */
  readonly backupBinding: ServiceBinding;
  /** Login that makes databases and lets one take another's place, for restores. */
  readonly restoreBinding: ServiceBinding;
  /** Login that copies the server's files and its log, for a `WalArchive`; only where `archived` is set. */
  readonly archiveBinding?: ServiceBinding;

  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Postgres", name, {}, opts);
    const spec = postgresSpec(name, args);
    const identity = identityOf(name, "postgres", "database", args);
    const child = { parent: this };
    const archive = spec.archived ? archivePassword(name, spec.passwordVersion, child) : undefined;
    const passwords = { admin: adminPassword(name, child), ...rolePasswords(name, spec.passwordVersion, child), ...(archive && { archive }) };

    const server = runServer(identity, spec, passwords, args.monitoring, child);
    const roles = setRoles(identity, spec, server, passwords, child);

    const login = (role: string, username: string, password: pulumi.Output<string>, endpoint = server.endpoint): ServiceBinding => {
      const secret = new k8s.core.v1.Secret(`${name}-${role}`, { metadata: autonamed(identity), stringData: { password } }, { parent: this, dependsOn: roles });
      return loginBinding(endpoint, { database: spec.database, username }, secret.metadata.name);
    };
    const names = roleNames(spec.database);
    const slot = currentSlot(spec.passwordVersion);
    this.binding = login("app", slot === "a" ? names.appA : names.appB, slot === "a" ? passwords.app_a : passwords.app_b, server.pooled);
    this.ownerBinding = login("owner", names.owner, passwords.owner);
    this.readerBinding = login("reader", names.reader, passwords.reader);
    this.backupBinding = login("backup", names.backup, passwords.backup);
    this.restoreBinding = login("restore", names.restore, passwords.restore);
    // Elsewhere the operator, or AWS, sees to it.
    if (spec.mode === PostgresMode.single) {
      if (archive) this.archiveBinding = login("archive", names.archive, archive);
      const reload = login("reload", names.reload, passwords.reload);
      takeUpCertificate(identity, spec, { ...reload, settings: { ...reload.settings, database: maintenanceDatabase } }, child);
    }
    if (args.monitoring) {
      const watched = login("exporter", names.exporter, passwords.exporter);
      new Exporter(`${name}-exporter`, postgresExporter(args, spec, watched, args.monitoring), child);
    }
    this.registerOutputs({
      binding: this.binding,
      ownerBinding: this.ownerBinding,
      readerBinding: this.readerBinding,
      backupBinding: this.backupBinding,
      restoreBinding: this.restoreBinding,
      archiveBinding: this.archiveBinding,
    });
  }
}

function runServer(
  identity: Identity,
  spec: PostgresSpec,
  passwords: ServerPasswords,
  monitoring: Monitoring | undefined,
  opts: pulumi.CustomResourceOptions,
): DatabaseServer {
  if (spec.mode === PostgresMode.cluster) return serverCluster(identity, spec, spec.cluster, passwords, monitoring, opts);
  if (spec.mode === PostgresMode.managed) return managedServer(identity, spec, spec.managed!, passwords, opts);
  return singleServer(identity, spec, passwords, opts);
}
