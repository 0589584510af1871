import { expect, test } from "vitest";
import { type Policy, parsePolicy, type Statement } from "./document.ts";
import { decide } from "./evaluate.ts";

const home = "111111111111";
const other = "222222222222";
const bucket = "arn:aws:s3:::b";
const key = `arn:aws:kms:eu-central-1:${home}:key/k`;
const role = (account: string) => `arn:aws:iam::${account}:role/r`;
const allow = (more: Partial<Statement>): Statement => ({ Sid: "A", Effect: "Allow", Action: "*", ...more });
const policy = (...statements: Statement[]): Policy => ({ title: "p", statements });
const ofAll = allow({ Resource: "*" });
const toRole = (account: string) => allow({ Principal: { AWS: role(account) }, Resource: "*" });
const toAccount = (account: string) => allow({ Principal: { AWS: `arn:aws:iam::${account}:root` }, Resource: "*" });

// IAM user guide, "Policy evaluation logic".
test.each<[boolean, string, caller: string, resource: string, identity: Statement[], ofResource: Statement[]]>([
  [true, "an identity's policy is enough within the account", home, bucket, [ofAll], []],
  [true, "a bucket's policy that names the role is enough within the account", home, bucket, [], [toRole(home)]],
  [false, "a bucket's policy that names the account leaves it to the identity's", home, bucket, [], [toAccount(home)]],
  [false, "nothing allows it", home, bucket, [], []],
  [false, "a denial wins over both", home, bucket, [ofAll], [toRole(home), { ...ofAll, Effect: "Deny", Principal: "*" }]],
  [false, "another account needs the bucket's policy", other, bucket, [ofAll], []],
  [false, "and its own", other, bucket, [], [toRole(other)]],
  [true, "both allow", other, bucket, [ofAll], [toRole(other)]],
  [true, "the bucket's owner leaves it to the other account", other, bucket, [ofAll], [toAccount(other)]],
  [false, "a key's policy that is silent", home, key, [ofAll], []],
  [true, "a key's policy that leaves it to the account", home, key, [ofAll], [toAccount(home)]],
  [false, "a key's policy that leaves it to an account whose policies are silent", home, key, [], [toAccount(home)]],
])("%s: %s", (expected, _, account, resource, identity, ofResource) => {
  const world = { identityPolicies: () => [policy(...identity)], resourcePolicy: () => ({ policy: policy(...ofResource), account: home }) };
  const action = resource === key ? "kms:Decrypt" : "s3:GetObject";
  expect(decide(world, { principal: { kind: "AWS", name: role(account) }, action, resource, context: {} }).allowed).toBe(expected);
});

test.each([
  ['{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":"*"}]}', /NotPrincipal is not understood/],
  ['{"Version":"2008-10-17","Statement":[]}', /Version "2008-10-17"/],
  ['{"Version":"2012-10-17","Statement":[{"Sid":"X","Effect":"allow"}]}', /statement X has Effect "allow"/],
])("a policy that would be read wrongly is refused: %s", (json, message) => expect(() => parsePolicy("p", json)).toThrow(message));
