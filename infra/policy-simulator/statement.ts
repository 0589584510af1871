import { type Context, conditionsHold } from "./conditions.ts";
import { list, type Statement } from "./document.ts";
import { arnLike, like } from "./matching.ts";

/** Who asks: a user or role by ARN, a service of AWS by its name, or a token of an identity provider by the provider's ARN. */
export interface Principal {
  kind: "AWS" | "Service" | "Federated";
  name: string;
}

export interface Request {
  principal: Principal;
  action: string;
  resource: string;
  context: Context;
}

/** How a statement names the one who asks. A statement for the account leaves it to that account's own policies. */
export type Naming = "directly" | "byAccount" | "not";

export const accountOf = (arn: string) => arn.split(":")[4] ?? "";

export function namingOf({ Principal: who }: Statement, { kind, name }: Principal): Naming {
  if (who === undefined) return "not";
  if (who === "*") return "directly";
  const named = list(who[kind]);
  if (named.includes(name) || named.includes("*")) return "directly";
  const account = accountOf(name);
  return kind === "AWS" && named.some((arn) => arn === account || arn === `arn:aws:iam::${account}:root`) ? "byAccount" : "not";
}

/** Whether action, resource and conditions of a statement are those of the request. The principal is looked at apart. */
export function covers(statement: Statement, { action, resource, context }: Request): boolean {
  const { Action, NotAction, NotResource, Resource } = statement;
  const ofAction = (patterns: string[]) => patterns.some((pattern) => like(pattern, action, false));
  const ofResource = (patterns: string[]) => patterns.some((pattern) => pattern === "*" || arnLike(pattern, resource));
  const actionFits = NotAction === undefined ? ofAction(list(Action)) : !ofAction(list(NotAction));
  // A trust policy has no resource: it is the role's own.
  const resourceFits = NotResource !== undefined ? !ofResource(list(NotResource)) : Resource === undefined || ofResource(list(Resource));
  return actionFits && resourceFits && conditionsHold(statement.Condition, context);
}
