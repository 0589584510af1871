import { currentTrace } from "./context.ts";
import { type Attributes, kinds } from "./span.ts";

/**
 * Runs a call to a dependency, as a span when the running request is recorded and not yet answered. Otherwise it costs a look at
 * the context: nothing is made for a request that nobody will see.
 */
export function clientSpan<T>(name: string, attributes: () => Attributes, call: () => Promise<T>): Promise<T> {
  const parent = currentTrace()?.span;
  if (parent === undefined || parent.ended) return call();
  const span = parent.child(name, kinds.client, attributes());
  return call().then(
    (value) => {
      span.end();
      return value;
    },
    (error: Error & { code?: string }) => {
      // SQLSTATE, as ECONNREFUSED and the like, says more than the name of the error's class.
      span.fail(error.code || error.name);
      span.end();
      throw error;
    },
  );
}
