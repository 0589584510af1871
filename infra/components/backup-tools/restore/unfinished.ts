/** What takes away the work under way, when the pod is told to end. */
let underway: (() => Promise<void>) | undefined;
/** Taking away that the pod's end has begun. */
let leaving: Promise<void> | undefined;

/** Does some work; when it fails, or the pod is told to end meanwhile, what it has left is taken away. */
export async function unfinished<T>(work: () => Promise<T>, takeAway: () => Promise<void>): Promise<T> {
  underway = takeAway;
  try {
    return await work();
  } catch (error) {
    // The next run takes it away too; its failure must not hide the reason. One that has begun must not be cut off by this end.
    await (leaving ?? takeAway().catch(() => undefined));
    throw error;
  } finally {
    underway = undefined;
  }
}

/** The first process of a container gets no signal that it does not ask for. */
export function endWhenTold(): void {
  process.once("SIGTERM", () => {
    leaving = (underway?.() ?? Promise.resolve()).catch(() => undefined);
    void leaving.then(() => process.exit(143));
  });
}
