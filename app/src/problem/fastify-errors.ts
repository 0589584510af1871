import type { FastifyError } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { type Fault, Problem, unavailable } from "./problem.ts";

/** Sentences for the errors that Fastify finds before a route runs; its own messages speak to programmers of servers. */
const sentences: Record<string, string> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "The body must be JSON: send Content-Type: application/json.",
  FST_ERR_CTP_INVALID_JSON_BODY: "The body is no valid JSON.",
  FST_ERR_CTP_EMPTY_JSON_BODY: "The body is empty; send a JSON object.",
  FST_ERR_CTP_BODY_TOO_LARGE: "The body is larger than this service takes.",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "The body's length differs from the header Content-Length.",
  FST_ERR_BAD_URL: "The path is no valid URL: a % must be followed by two hexadecimal digits of UTF-8.",
};

/** Turns whatever was thrown into a problem; undefined for what is this service's own fault. */
export function problemFrom(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error);
  const { statusCode, code, message } = error as Partial<FastifyError>;
  if (code === "FST_ERR_HANDLER_TIMEOUT") return unavailable("The answer took longer than this service lets a request take.");
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  return new Problem(statusCode, sentences[code ?? ""] ?? message ?? "The request can't be understood.");
}

function invalid(error: { validation: { instancePath: string; message?: string }[]; validationContext?: string }): Problem {
  const inBody = error.validationContext === "body";
  const errors = error.validation.map(({ instancePath, message = "is invalid" }): Fault => {
    const path = instancePath.replace(/\/$/, "");
    return { ...(inBody ? { pointer: `#${path}` } : { parameter: path.replace(/^\//, "") }), detail: message };
  });
  const count = errors.length === 1 ? "1 mistake" : `${errors.length} mistakes`;
  return new Problem(
    400,
    `The ${inBody ? "body" : "query"} has ${count}: ${errors.map(({ pointer, parameter, detail }) => `${pointer ?? parameter} ${detail}`).join("; ")}`,
    {
      members: { errors },
    },
  );
}
