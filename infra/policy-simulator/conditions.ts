import { list, type Statement } from "./document.ts";
import { arnLike, like } from "./matching.ts";

/** What AWS knows of a request, by condition key. A key that is left out is absent, as a header that wasn't sent. */
export type Context = Readonly<Record<string, string>>;

type Test = (actual: string, expected: string) => boolean;

const tests: Record<string, Test> = {
  ArnEquals: (actual, expected) => arnLike(expected, actual),
  ArnLike: (actual, expected) => arnLike(expected, actual),
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
  StringEquals: (actual, expected) => actual === expected,
  StringLike: (actual, expected) => like(expected, actual),
};

/** Operators that hold when none of the values does, and when the key is absent. */
const negations: Record<string, string> = { ArnNotEquals: "ArnEquals", ArnNotLike: "ArnLike", StringNotEquals: "StringEquals", StringNotLike: "StringLike" };

/** Whether all conditions of a statement hold (IAM user guide, "IAM JSON policy elements: Condition operators"). */
export function conditionsHold(condition: Statement["Condition"], context: Context): boolean {
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => holds(operator, given.get(key.toLowerCase()), list(expected))),
  );
}

function holds(operator: string, actual: string | undefined, expected: string[]): boolean {
  if (operator === "Null") return expected.includes(actual === undefined ? "true" : "false");
  if (operator.endsWith("IfExists")) return actual === undefined || holds(operator.slice(0, -"IfExists".length), actual, expected);
  const negated = negations[operator];
  if (negated !== undefined) return actual === undefined || !holds(negated, actual, expected);
  const test = tests[operator];
  if (!test) throw new Error(`condition operator ${operator} is not understood here; teach infra/policy-simulator what it means`);
  return actual !== undefined && expected.some((value) => test(actual, value));
}
