import { STATUS_CODES } from "node:http";

/** A part of the request that is wrong: where, as a JSON Pointer or a parameter's name, and how to mend it. */
export interface Fault {
  pointer?: string;
  parameter?: string;
  detail: string;
}

export interface ProblemOptions {
  /** URI of the problem's type (RFC 9457). Left out where the status code says it all. */
  type?: string;
  title?: string;
  headers?: Record<string, string>;
  /** Members of the body beyond those of RFC 9457. */
  members?: Record<string, unknown>;
}

/** An answer that is an error, thrown from anywhere below a route. */
export class Problem extends Error {
  readonly status: number;
  readonly options: ProblemOptions;

  constructor(status: number, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.options = options;
  }
}

export const problemContentType = "application/problem+json";

/** The body of a problem, RFC 9457. `instance` is the request's id: it is what a person quotes to whoever reads the logs. */
export function problemBody(status: number, detail: string, { type, title, members }: ProblemOptions = {}, instance?: string) {
  return {
    type: type ?? "about:blank",
    title: title ?? STATUS_CODES[status] ?? "Error",
    status,
    detail,
    ...(instance && { instance: `urn:request:${instance}` }),
    ...members,
  };
}

/** Seconds after which a caller may try again when a dependency is away: longer than the breaker's first probe, shorter than patience. */
const retryAfterSeconds = "2";

export function unavailable(detail: string): Problem {
  return new Problem(503, detail, {
    type: "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
    title: "Temporarily reduced capacity",
    headers: { "retry-after": retryAfterSeconds },
  });
}
