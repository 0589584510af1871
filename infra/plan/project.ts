import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

export const repository = join(import.meta.dirname, "..", "..");
const infra = join(repository, "infra");

export interface PlannedStack {
  stack: string;
  /** Folder of the project below `infra`; the service's own project without. */
  project?: string;
}

/** Folder of a project's `Pulumi.yaml`. */
export function projectFolder(project: string | undefined): string {
  if (project === undefined) return repository;
  const known = readdirSync(infra).filter((folder) => existsSync(join(infra, folder, "Pulumi.yaml")));
  if (known.includes(project)) return join(infra, project);
  throw new pulumi.RunError(`--project ${project}: infra has ${known.join(", ") || "none"}. Use one of these, or leave the option out for the service's own.`);
}

/** Folder of a stack's files below the plan's; two projects may have a stack of one name. */
export function folderName({ stack, project }: PlannedStack): string {
  return project === undefined ? stack : `${project}-${stack}`;
}
