import * as z from "zod";
import { stackSchema } from "./schema.ts";

/** The schema of a `Pulumi.<stack>.yaml` for editors: completion, descriptions, and the mistakes that a pattern can see. */
export function stackFileSchema(project: string): object {
  const { properties = {}, required = [], $defs } = z.toJSONSchema(stackSchema, { io: "input", target: "draft-7", reused: "inline" });
  allowEncrypted(properties.secrets);
  const prefixed = (key: string) => `${project}:${key}`;
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `Config of a ${project} stack`,
    type: "object",
    ...($defs && { $defs }),
    properties: {
      config: {
        type: "object",
        required: required.map(prefixed),
        properties: Object.fromEntries(Object.entries(properties).map(([key, schema]) => [prefixed(key), schema])),
        // Keys of providers, such as aws:region, belong to others; of our own only the known ones are right.
        patternProperties: { [`^(?!${project}:)`]: {} },
        additionalProperties: false,
      },
    },
  };
}

/** In the file a secret is not its text but what `pulumi config set --secret` made of it. */
function allowEncrypted(secrets: unknown): void {
  const { properties } = secrets as { properties: Record<string, { additionalProperties: object }> };
  const encrypted = { type: "object", properties: { secure: { type: "string" } }, required: ["secure"], additionalProperties: false };
  for (const kind of Object.values(properties)) kind.additionalProperties = encrypted;
}
