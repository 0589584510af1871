import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { planned, stacks } from "./objects.ts";

// What a stack makes, one document a resource, so that a review reads a change of the infrastructure in the diff.
// Accept a change with: npm run golden
describe.each(stacks)("stack %s", (stack) => {
  test("makes what was reviewed", async () => {
    const documents = (await planned(stack)).map(({ type, name, parent, options, inputs, manifest }) =>
      stringify(
        { resource: { type, name, parent: parent?.split("::").at(-1), ...shown(options) }, ...(manifest ?? inputs) },
        { sortMapEntries: true, lineWidth: 0 },
      ),
    );
    await expect(documents.sort().join("---\n")).toMatchFileSnapshot(`golden/${stack}.yaml`);
  });
});

/** Options that decide what a change does to a running system; the order of making follows from the program. */
function shown({ protect, retainOnDelete, ignoreChanges }: { protect?: boolean; retainOnDelete?: boolean; ignoreChanges?: string[] }) {
  return Object.fromEntries(
    Object.entries({ protect, retainOnDelete, ignoreChanges }).filter(([, value]) => value && (!Array.isArray(value) || value.length > 0)),
  );
}
