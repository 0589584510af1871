/** A statement as AWS reads it. What these policies don't use and this folder doesn't know is refused when it is read. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** A policy and where it stands, for telling why a request was decided as it was. */
export interface Policy {
  title: string;
  statements: Statement[];
}

const known = new Set(["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"]);

/** Reads a policy from its JSON. An element that would be ignored could turn a denial into nothing, so it is an error. */
export function parsePolicy(title: string, json: string): Policy {
  const { Version, Statement: statements, ...rest } = JSON.parse(json) as { Version?: string; Statement?: Statement[] };
  if (Version !== "2012-10-17") throw new Error(`policy ${title}: Version "${Version}" treats variables as plain text; write 2012-10-17`);
  const other = [...Object.keys(rest), ...(statements ?? []).flatMap((statement) => Object.keys(statement).filter((key) => !known.has(key)))];
  if (other.length > 0) throw new Error(`policy ${title}: ${other.join(", ")} is not understood here; teach infra/policy-simulator what it means`);
  for (const { Effect, Sid } of statements ?? []) {
    if (Effect !== "Allow" && Effect !== "Deny") throw new Error(`policy ${title}: statement ${Sid} has Effect "${Effect}"; write Allow or Deny`);
  }
  return { title, statements: statements ?? [] };
}

export const list = (value: string | string[] | undefined): string[] => (value === undefined ? [] : typeof value === "string" ? [value] : value);
