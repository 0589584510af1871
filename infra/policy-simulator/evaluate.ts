import type { Policy, Statement } from "./document.ts";
import { accountOf, covers, namingOf, type Principal, type Request } from "./statement.ts";

/** All policies that have a say, and whose each resource is. */
export interface World {
  /** Policies of a user or role, by ARN. */
  identityPolicies(principal: Principal): Policy[];
  /** The policy on a bucket, key or role that holds this resource, and the account it belongs to. */
  resourcePolicy(resource: string): { policy?: Policy; account: string };
}

export interface Decision {
  allowed: boolean;
  /** What decided: `DenyPlainHttp of bucket example`, or that nothing allows it. */
  because: string;
}

interface Found {
  statement: Statement;
  title: string;
}

/**
 * Decides one request as AWS does: a denial anywhere wins; else within an account one allowance is enough, between two accounts both
 * have to allow; a key asks its own policy first (IAM user guide, "Policy evaluation logic"; KMS developer guide, "Key policies").
 * There are no service control policies, boundaries or session policies here: they can only take away.
 */
export function decide(world: World, request: Request): Decision {
  const { principal, resource } = request;
  const { policy, account } = world.resourcePolicy(resource);
  const ofIdentity = matching(world.identityPolicies(principal), request);
  const ofResource = matching(policy ? [policy] : [], request).map((found) => ({ ...found, naming: namingOf(found.statement, principal) }));
  const named = ofResource.filter(({ naming }) => naming !== "not");

  const denial = [...ofIdentity, ...named].find(({ statement }) => statement.Effect === "Deny");
  if (denial) return { allowed: false, because: titleOf(denial) };
  const byIdentity = ofIdentity.find(({ statement }) => statement.Effect === "Allow");
  const allowances = named.filter(({ statement }) => statement.Effect === "Allow");
  const direct = allowances.find(({ naming }) => naming === "directly");
  const throughAccount = allowances.find(({ naming }) => naming === "byAccount");

  if (principal.kind !== "AWS") return direct ? allowed(direct) : nothing("no policy of the resource lets it");
  const foreign = accountOf(principal.name) !== account;
  if (foreign || request.action.startsWith("kms:")) {
    if (!direct && !throughAccount) return nothing("the resource's own policy doesn't let it");
    if (direct && !foreign) return allowed(direct);
    return byIdentity ? allowed(byIdentity) : nothing("no policy of the identity lets it");
  }
  const allowance = byIdentity ?? direct;
  return allowance ? allowed(allowance) : nothing("no policy lets it");
}

function matching(policies: readonly Policy[], request: Request): Found[] {
  return policies.flatMap(({ title, statements }) => statements.filter((statement) => covers(statement, request)).map((statement) => ({ statement, title })));
}

const titleOf = ({ statement, title }: Found) => `${statement.Sid ?? statement.Effect} of ${title}`;
const allowed = (found: Found): Decision => ({ allowed: true, because: titleOf(found) });
const nothing = (because: string): Decision => ({ allowed: false, because });
