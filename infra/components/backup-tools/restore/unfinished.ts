/** What takes away the work under way, when the pod is told to end. */
let underway: (() => Promise<void>) | undefined;

/** Does some work; when it fails, or the pod is told to end meanwhile, what it has left is taken away. */
export async function unfinished<T>(work: () => Promise<T>, takeAway: () => Promise<void>): Promise<T> {
  underway = takeAway;
  try {
    return await work();
  } catch (error) {
    // The next run takes it away too; its failure must not hide the reason.
    await takeAway().catch(() => undefined);
    throw error;
  } finally {
    underway = undefined;
  }
}

/** The first process of a container gets no signal that it does not ask for. */
export function endWhenTold(): void {
  process.once("SIGTERM", () => {
    void (underway?.() ?? Promise.resolve()).catch(() => undefined).finally(() => process.exit(143));
  });
}
