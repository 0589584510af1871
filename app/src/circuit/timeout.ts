/** A call that was given up. */
export class CallTimeout extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
    this.name = "CallTimeout";
  }
}

/**
 * Gives up a call after some milliseconds, but not one whose answer is here already: a process that was paused (by its collector,
 * by a CPU limit) wakes up to find its timers due and its answers unread, and would take its own pause for the server's silence.
 * So once the time is up, sockets are read once more before the call is judged.
 */
export function withTimeout<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new CallTimeout(milliseconds))), milliseconds);
    answer.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
