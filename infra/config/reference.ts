import { writeFileSync } from "node:fs";
import * as z from "zod";
import { stackSchema } from "./schema.ts";

/** The part of a JSON schema that a reader of the page wants to know. */
interface Node {
  description?: string;
  type?: string;
  enum?: unknown[];
  anyOf?: Node[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  items?: Node;
  properties?: Record<string, Node>;
  required?: string[];
  additionalProperties?: Node | boolean;
  propertyNames?: Node;
}

const introduction = `# Configuration

What a stack may set in its \`Pulumi.<stack>.yaml\`, below \`slipway:\`. A key that is not in this list is a mistake, and every mistake
is told at once, with its path, the value found and the mend, by \`npm run plan -- --stack <stack>\` as by \`pulumi up\`.

    npx pulumi config set --stack dev --path 'slipway:web.replicas.max' 6

A required key of a section, part or entry of a list, \`[0]\`, that may be left out is required once that is there. This page is written from the schema by \`npm run schema\`; a test fails when it is stale.
`;

/** The page docs/configuration.md. */
export function configurationReference(): string {
  const schema = z.toJSONSchema(stackSchema, { io: "input", unrepresentable: "any" }) as Node;
  const entries = Object.entries(schema.properties!);
  const plain = entries.filter(([, node]) => !node.properties);
  const sections = entries.filter(([, node]) => node.properties);
  const top = table(plain.map(([key, node]) => row(key, node, schema.required?.includes(key) ?? false)));
  return [introduction, top, ...sections.map(([key, node]) => section(key, node, schema.required?.includes(key) ?? false))].join("\n");
}

function section(key: string, node: Node, required: boolean): string {
  return `## ${key}\n\n${node.description ?? ""}${required ? " Required." : ""}\n\n${table(rows(key, node))}`;
}

function rows(path: string, { properties = {}, required = [], default: given }: Node): string[] {
  return Object.entries(properties).flatMap(([key, property]) => {
    // What a section is given as a whole is the default of each of its keys.
    const node = { ...property, default: property.default ?? (given as Record<string, unknown> | undefined)?.[key] };
    const at = `${path}.${key}`;
    if (node.properties) return rows(at, node);
    const own = row(at, node, required.includes(key));
    return node.items?.properties ? [own, ...rows(`${at}[0]`, node.items)] : [own];
  });
}

function row(path: string, node: Node, required: boolean): string {
  const value = node.default === undefined ? (required ? "required" : "") : `\`${JSON.stringify(node.default)}\``;
  return `| \`${path}\` | ${takes(node)} | ${value} | ${(node.description ?? "").replaceAll("|", "\\|").replaceAll("<", "&lt;")} |`;
}

function takes(node: Node): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.anyOf) return node.anyOf.map(takes).join(", ");
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.items?.properties) return "list of maps";
  if (node.items) return `list of ${takes(node.items)}`;
  if (node.propertyNames || node.additionalProperties) return "map";
  if (node.minimum !== undefined && node.maximum !== undefined) return `${node.minimum} to ${node.maximum}`;
  return { string: "text", boolean: "`true`, `false`", integer: "whole number" }[node.type ?? ""] ?? node.type ?? "";
}

function table(lines: string[]): string {
  return ["| key | takes | default | |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}

if (import.meta.main) writeFileSync(new URL("../../docs/configuration.md", import.meta.url), configurationReference());
