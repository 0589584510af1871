import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Runs files in the order of a list of their subjects, which must name them all. */
export function inOrder(subjects: readonly string[], listedIn: string): typeof BaseSequencer {
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const place = ({ moduleId }: TestSpecification) => {
        const index = subjects.indexOf(basename(moduleId, ".test.ts"));
        if (index < 0) throw new Error(`${moduleId} is not among the subjects of ${listedIn}; add it where it belongs.`);
        return index;
      };
      return files.toSorted((a, b) => place(a) - place(b));
    }
  };
}
