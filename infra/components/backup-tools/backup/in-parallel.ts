/** Works through a list, some at a time, in its order. After the first failure nothing more begins; it is thrown when all have ended. */
export async function inParallel<T, R>(list: readonly T[], atOnce: number, work: (entry: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < list.length && !failed) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(list[index]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, list.length) }, lane));
  const failures = lanes.flatMap((settled) => (settled.status === "rejected" ? [settled.reason] : []));
  if (failures.length > 0) throw failures[0];
  return results;
}
