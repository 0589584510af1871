/** One statement of an IAM policy, in the spelling that AWS stores. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

export const policy = (...statements: Statement[]): PolicyDocument => ({ Version: "2012-10-17", Statement: statements });

/** The condition of a denial that leaves one principal out; without one it is for everybody. */
export function exceptFor(principal: string | undefined): Pick<Statement, "Condition"> {
  return principal === undefined ? {} : { Condition: { ArnNotEquals: { "aws:PrincipalArn": principal } } };
}

/** All principals of an account, as far as that account's own policies let them. */
export const accountRoot = (accountId: string) => ({ AWS: `arn:aws:iam::${accountId}:root` });

/** The account that an ARN of KMS or IAM names. Asking AWS for it would make the plan need credentials. */
export const accountOf = (arn: string) => arn.split(":")[4] ?? "";
