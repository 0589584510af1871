/** A mistake between values that are each right. */
export interface RelationProblem {
  /** Path of the value to change first. */
  path: PropertyKey[];
  /** What is wrong with it, both values in it, and the mend. */
  message: string;
}

/** A problem at a dotted path, in which a number is a place in a list. */
export function problem(path: string, message: string): RelationProblem {
  return { path: path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key)), message };
}
