import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ContainerResources } from "../component-args.ts";
import { images } from "../images.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import type { PostgresArgs } from "./postgres.ts";

/** The arguments with every default filled in. */
export interface PostgresSpec {
  image: pulumi.Input<string>;
  exporterImage: pulumi.Input<string>;
  database: string;
  port: number;
  storage: string;
  storageClass?: string;
  resources: ContainerResources;
  maxConnections: number;
  passwordVersion: number;
  protect: boolean;
}

export function postgresSpec(name: string, args: PostgresArgs): PostgresSpec {
  const spec: PostgresSpec = {
    image: args.image ?? images.postgres,
    exporterImage: args.exporterImage ?? images.postgresExporter,
    database: args.database,
    port: 5432,
    storage: args.storage,
    storageClass: args.storageClass,
    resources: { ephemeralStorage: "256Mi", ...args.resources },
    maxConnections: args.maxConnections ?? 100,
    passwordVersion: args.passwordVersion ?? 1,
    protect: args.protect ?? false,
  };
  refuse("Postgres", name, [
    // The name becomes part of role names and stands unquoted in SQL; Postgres cuts identifiers at 63 bytes.
    !/^[a-z][a-z0-9_]{0,47}$/.test(spec.database) &&
      `database "${spec.database}" is no plain identifier; use lower-case letters, digits and _, starting with a letter, at most 48.`,
    !(bytes(spec.storage) >= 2 ** 30) && `storage "${spec.storage}" is less than a database needs; write it as 2Gi, at least 1Gi.`,
    !(Number.isInteger(spec.maxConnections) && spec.maxConnections >= 10 && spec.maxConnections <= 5000) &&
      `maxConnections ${spec.maxConnections} is out of bounds; give a whole number from 10 to 5000.`,
    !(Number.isInteger(spec.passwordVersion) && spec.passwordVersion >= 1) &&
      `passwordVersion ${spec.passwordVersion} is no version; start at 1 and add 1 to rotate.`,
    bytes(spec.resources.memory) < 128 * 2 ** 20 && `resources.memory ${spec.resources.memory} is below what the server needs to start; give at least 128Mi.`,
    ...resourceProblems("resources", spec.resources),
  ]);
  return spec;
}
