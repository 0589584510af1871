import { expect, it } from "vitest";
import { CallTimeout, withTimeout } from "./timeout.ts";

it("gives up a call without an answer", async () => {
  await expect(withTimeout(new Promise(() => {}), 20)).rejects.toThrow(CallTimeout);
});

it("gives an answer, or an error, that comes in time", async () => {
  expect(await withTimeout(Promise.resolve("answer"), 1_000)).toBe("answer");
  await expect(withTimeout(Promise.reject(new Error("refused")), 1_000)).rejects.toThrow("refused");
});

it("takes no pause of this process for the other's silence", async () => {
  let answered: () => void = () => {};
  const answer = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const call = withTimeout(answer, 10);
  // What came in during the pause is read in the turn of the loop in which the timer is due as well, and after it.
  setTimeout(() => setImmediate(answered), 5);
  const until = performance.now() + 50;
  while (performance.now() < until);
  await expect(call).resolves.toBe(undefined);
});
