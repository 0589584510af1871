import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Identity, named } from "../kubernetes/identity.ts";
import type { PoolerSpec, PostgresSpec } from "./spec.ts";

export const poolerName = ({ name }: Identity) => `${name}-pooler`;
/** Labels that the operator gives to the pods of a pooler. */
export const poolerPods = (identity: Identity) => ({ "cnpg.io/poolerName": poolerName(identity) });

/** PgBouncer before the server that writes; gives the host name of its Service. */
export function poolConnections(
  identity: Identity,
  spec: PostgresSpec,
  pooler: PoolerSpec,
  certificate: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const made = new k8s.apiextensions.CustomResource(poolerName(identity), poolerObject(identity, spec, pooler, certificate), opts);
  return made.metadata.apply((metadata) => metadata.name!);
}

export function poolerObject(identity: Identity, spec: PostgresSpec, pooler: PoolerSpec, certificate: pulumi.Input<string>) {
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Pooler",
    metadata: named(identity, poolerName(identity)),
    spec: {
      cluster: { name: identity.name },
      type: "rw",
      instances: pooler.instances,
      pgbouncer: {
        poolMode: "transaction",
        clientTLSSecret: { name: certificate },
        parameters: {
          default_pool_size: `${pooler.poolSize}`,
          max_client_conn: `${spec.maxConnections * 10}`,
          // The application names its statements, and without this the second use of one fails on another connection.
          max_prepared_statements: "200",
          // Settings of a session, which would stick to a connection that others use next; refused, they would end every connection.
          ignore_startup_parameters: "extra_float_digits,options,statement_timeout",
          client_tls_sslmode: "require",
        },
      },
    },
  };
}
