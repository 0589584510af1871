import { inject } from "vitest";
import { Stack } from "./stack.ts";

/** The stack of this run, as a test file gets it. */
export function thisStack(): Stack {
  return new Stack(inject("folder"), inject("cluster"), inject("images"));
}
