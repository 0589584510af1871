const escaped = (text: string) => text.replace(/[.+^${}()|[\]\\]/g, "\\$&");

/** IAM's wildcards: `*` for any run of characters, slashes too, and `?` for one. */
export function like(pattern: string, text: string, caseMatters = true): boolean {
  if (/\$\{/.test(pattern)) throw new Error(`policy variable in "${pattern}" is not understood here; teach infra/policy-simulator what it means`);
  const expression = escaped(pattern).replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${expression}$`, caseMatters ? "s" : "si").test(text);
}

/** ARNs are compared part by part, so that a wildcard in one can't reach into the next; only the last one takes in colons. */
export function arnLike(pattern: string, arn: string): boolean {
  const parts = (text: string) => [...text.split(":").slice(0, 5), text.split(":").slice(5).join(":")];
  const given = parts(arn);
  return parts(pattern).every((part, index) => like(part, given[index] ?? ""));
}
