import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { autonamed, type Identity, named, part } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { PostgresMode } from "./mode.ts";
import { rolesSql } from "./roles.ts";
import { rolesJob } from "./roles-job.ts";
import type { DatabaseServer, ServerPasswords } from "./server.ts";
import type { PostgresSpec } from "./spec.ts";

/** Brings the server's roles to what they should be, by a Job that is awaited. */
export function setRoles(
  identity: Identity,
  spec: PostgresSpec,
  { endpoint }: DatabaseServer,
  passwords: ServerPasswords,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { name } = identity;
  const setup = part(identity, "roles", "setup");
  const secret = new k8s.core.v1.Secret(`${name}-roles`, { metadata: autonamed(setup), stringData: passwords }, opts);
  const sql = rolesSql(spec.database, { superuser: spec.mode !== PostgresMode.managed, archived: spec.archived });
  const statements = new k8s.core.v1.ConfigMap(`${name}-roles`, { metadata: autonamed(setup), data: { "roles.sql": sql } }, opts);
  new k8s.core.v1.ServiceAccount(`${name}-roles-account`, { metadata: named(setup), automountServiceAccountToken: false }, opts);
  new k8s.networking.v1.NetworkPolicy(`${name}-roles-policy`, workloadPolicy(setup, [], [endpoint]), opts);
  admitClient(setup, [endpoint], opts);
  return new k8s.batch.v1.Job(
    `${name}-roles`,
    rolesJob(setup, {
      image: spec.image,
      endpoint,
      secret: secret.metadata.name,
      files: Object.keys(passwords),
      statements: statements.metadata.name,
      generation: spec.generation,
    }),
    opts,
  );
}
