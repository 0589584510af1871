import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { PlannedOptions, PlannedResource } from "./resource.ts";
import { yamlText } from "./yaml-text.ts";

/** Path below the stack's folder and text, of every resource that is more than a component. Paths stay the same when contents change. */
export function planFiles(resources: readonly PlannedResource[]): Map<string, string> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const files = new Map<string, string>();
  for (const resource of resources) {
    if (!resource.custom) continue;
    const path = [...foldersOf(resource, byUrn), fileName(resource)].join("/");
    // Two components of different types may share a name; then the second says what it is.
    files.set(files.has(path) ? path.replace(/\.yaml$/, `-${plainName(typeOf(byUrn.get(resource.parent ?? "")))}.yaml`) : path, fileText(resource));
  }
  return files;
}

/** Writes one file a resource, and takes away what an earlier plan left there. */
export function writePlan(folder: string, files: ReadonlyMap<string, string>): void {
  if (existsSync(folder)) {
    const foreign = readdirSync(folder, { recursive: true, withFileTypes: true }).find((entry) => !entry.isDirectory() && !entry.name.endsWith(".yaml"));
    if (foreign) {
      throw new pulumi.RunError(`--out: ${folder} holds ${foreign.name}, which no plan wrote, and would be emptied. Name another folder, or move the file.`);
    }
    rmSync(folder, { recursive: true });
  }
  const made = new Set<string>();
  for (const [path, text] of files) {
    const file = join(folder, path);
    if (!made.has(dirname(file))) mkdirSync(dirname(file), { recursive: true });
    made.add(dirname(file));
    writeFileSync(file, text);
  }
}

function foldersOf(resource: PlannedResource, byUrn: ReadonlyMap<string, PlannedResource>): string[] {
  const parent = byUrn.get(resource.parent ?? "");
  return parent ? [...foldersOf(parent, byUrn), plainName(parent.name)] : [];
}

function fileName(resource: PlannedResource): string {
  const { manifest, name } = resource;
  return `${plainName(manifest ? `${manifest.apiVersion}-${manifest.kind}-${name}` : `${typeOf(resource)}-${name}`)}.yaml`;
}

/** `aws-s3-bucket` of `aws:s3/bucket:Bucket`. */
function typeOf(resource: PlannedResource | undefined): string {
  const [provider = "", module = "", kind = ""] = (resource?.type ?? "").split(":");
  return [provider, module.split("/")[0], kind].filter((part) => part !== "" && part !== "index").join("-");
}

const plainName = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, "-");

function fileText(resource: PlannedResource): string {
  const { manifest, type, name, inputs, options } = resource;
  const text = yamlText(manifest ?? { type, name, inputs: withoutJsonText(inputs) });
  return `${optionLines(options)}${text}`;
}

/** A policy is one long line of JSON to the cloud; to a reviewer it is its statements. Never in manifests: those may be applied as they are. */
function withoutJsonText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutJsonText);
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutJsonText(item)]));
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What the engine does with it, so that a lost protection shows in the comparison of two plans. */
function optionLines({ protect, retainOnDelete, ignoreChanges, replaceOnChanges, deleteBeforeReplace, customTimeouts }: PlannedOptions): string {
  const shown = { protect, retainOnDelete, ignoreChanges, replaceOnChanges, deleteBeforeReplace, customTimeouts };
  return Object.entries(shown)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `# ${key}: ${JSON.stringify(value)}\n`)
    .join("");
}
