import { expect, test } from "vitest";
import { conditionsHold } from "./conditions.ts";

const key = "aws:PrincipalArn";
const role = "arn:aws:iam::123456789012:role/a";

test.each<[boolean, string, Record<string, Record<string, string | string[]>>, Record<string, string>]>([
  [true, "equal", { StringEquals: { [key]: "a" } }, { [key]: "a" }],
  [true, "one of several", { StringEquals: { [key]: ["b", "a"] } }, { [key]: "a" }],
  [false, "absent", { StringEquals: { [key]: "a" } }, {}],
  [true, "a key's name in other capitals", { StringEquals: { "AWS:principalarn": "a" } }, { [key]: "a" }],
  [false, "a value in other capitals", { StringEquals: { [key]: "A" } }, { [key]: "a" }],
  [true, "not equal", { StringNotEquals: { [key]: "a" } }, { [key]: "b" }],
  [true, "not equal, since absent", { StringNotEquals: { [key]: "a" } }, {}],
  [false, "not equal to any of several", { StringNotEquals: { [key]: ["a", "b"] } }, { [key]: "b" }],
  [true, "like", { StringLike: { [key]: "backups/*" } }, { [key]: "backups/links/" }],
  [false, "like, with what looks like an expression", { StringLike: { [key]: "a.c" } }, { [key]: "abc" }],
  [true, "absent, if it exists", { BoolIfExists: { "aws:SecureTransport": "false" } }, {}],
  [false, "there, and otherwise", { BoolIfExists: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": "true" }],
  [true, "null", { Null: { [key]: "true" } }, {}],
  [false, "null, but there", { Null: { [key]: "true" } }, { [key]: "a" }],
  [true, "less", { NumericLessThan: { "s3:TlsVersion": "1.2" } }, { "s3:TlsVersion": "1.1" }],
  [false, "as much", { NumericLessThan: { "s3:TlsVersion": "1.2" } }, { "s3:TlsVersion": "1.2" }],
  [true, "an ARN", { ArnEquals: { [key]: "arn:aws:iam::123456789012:role/*" } }, { [key]: role }],
  [false, "an ARN of another part", { ArnEquals: { [key]: "arn:aws:*:role/a" } }, { [key]: role }],
  [false, "two keys, one otherwise", { StringEquals: { [key]: "a", b: "b" } }, { [key]: "a" }],
])("%s: %s", (expected, _, condition, context) => expect(conditionsHold(condition, context)).toBe(expected));

test("an operator that is not known is no guess", () =>
  expect(() => conditionsHold({ DateLessThan: { [key]: "2026" } }, { [key]: "a" })).toThrow(/operator DateLessThan is not understood/));
