import * as pulumi from "@pulumi/pulumi";
import { repository } from "../plan/project.ts";
import { readStackFile } from "../plan/stack-file.ts";
import type { RestoreArguments } from "./arguments.ts";

/** Where the database runs. */
export interface Place {
  namespace: string;
  context?: string;
}

/** What the command line says, and for the rest the stack's file. A namespace of nobody's stack needs no file. */
export function placeOf({ context, namespace, stack }: RestoreArguments, folder = repository): Place {
  if (namespace !== undefined) return { namespace, context };
  const { config, project } = readStackFile(folder, stack);
  const section = (key: string) => JSON.parse(config[`${project}:${key}`] ?? "{}") as Record<string, string | undefined>;
  const service = section("service").name;
  const named = config[`${project}:namespace`] ?? (service && `${service}-${stack}`);
  if (!named)
    throw new pulumi.RunError(`Pulumi.${stack}.yaml: ${project}:service.name is missing, so the namespace is not known; set it, or give --namespace.`);
  return { namespace: named, context: context ?? section("cluster").context };
}
