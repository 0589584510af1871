import type { Log } from "../log/log.ts";

/** Longest wait, in milliseconds, for what comes after the last request: hits, pools, logs. */
const afterwardsMilliseconds = 5_000;

/**
 * Ends the process on SIGTERM and SIGINT: `stop` once and in order, then exit 0. A second signal means that somebody has no
 * patience left, and exits 1 at once. So does an error that nobody caught, since what the process holds is then unknown.
 */
export function endOnSignals(stop: () => Promise<void>, longestMilliseconds: number, { logger, flush }: Log): void {
  let stopping = false;
  const exit = (code: number) => {
    flush();
    process.exit(code);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) {
      logger.error({ signal }, "second signal: exiting at once");
      exit(1);
    }
    stopping = true;
    logger.info({ signal }, "draining");
    setTimeout(() => {
      logger.error("not stopped in time");
      exit(1);
    }, longestMilliseconds + afterwardsMilliseconds).unref();
    stop().then(
      () => exit(0),
      (error) => {
        logger.error({ err: error }, "stopping failed");
        exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => {
      logger.fatal({ err: error }, event);
      exit(1);
    });
  }
}
