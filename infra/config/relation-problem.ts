/** A mistake between values that are each right. */
export interface RelationProblem {
  /** Path of the value to change first. */
  path: string[];
  /** What is wrong with it, both values in it, and the mend. */
  message: string;
}

export function problem(path: string, message: string): RelationProblem {
  return { path: path.split("."), message };
}
