/** A mistake in one argument. */
export interface RouteProblem {
  /** Dotted path of the argument; a number is a place in a list. */
  argument: string;
  /** The value found, never that of a secret. */
  value?: number | string;
  /** What is wrong with it, and the mend. */
  says: string;
}

export const sentence = ({ argument, value, says }: RouteProblem) => `${argument} ${value === undefined ? "" : `${JSON.stringify(value)} `}${says}.`;

export const list = (names: readonly string[]) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);
export const either = (names: readonly string[]) => list(names).replace(/ and ([^ ]+)$/, " or $1");
