import * as pulumi from "@pulumi/pulumi";

/**
 * Every mistake in a component's arguments, thrown at once.
 *
 * It is a RunError because Pulumi prints only that kind as a message; anything else ends as a stack trace of this library.
 */
export class ArgumentError extends pulumi.RunError {
  readonly problems: readonly string[];

  constructor(component: string, name: string, problems: readonly string[]) {
    super(problems.map((problem) => `${component} "${name}": ${problem}`).join("\n"));
    this.problems = problems;
  }
}

/** Throws when a check found something; `false` and `undefined` entries are checks that passed. */
export function refuse(component: string, name: string, checks: readonly (string | false | undefined)[]): void {
  const problems = checks.filter((check): check is string => typeof check === "string");
  if (problems.length > 0) throw new ArgumentError(component, name, problems);
}
