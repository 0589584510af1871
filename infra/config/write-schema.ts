import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchema } from "./json-schema.ts";

/** Where editors find it: the stack files name it in their first line. */
export const schemaFile = join(import.meta.dirname, "stack.schema.json");

export function schemaText(): string {
  return `${JSON.stringify(stackFileSchema("slipway"), undefined, 2)}\n`;
}

if (import.meta.main) writeFileSync(schemaFile, schemaText());
