import { type DestinationStream, destination, type LevelWithSilent, type Logger, pino, stdTimeFunctions } from "pino";
import { currentTrace, traceFields } from "../tracing/context.ts";

/** A logger, and how to write out what it holds back. */
export interface Log {
  logger: Logger;
  flush(): void;
}

const nothing = {};

/** Lines are written in blocks of this many bytes, or once a second: a write for each line costs twice as much as the line itself. */
const blockBytes = 4_096;

/** Logs JSON lines to standard output, or to `stream`. */
export function createLog(level: LevelWithSilent, stream?: DestinationStream): Log {
  const output = stream ?? destination({ sync: false, minLength: blockBytes });
  const logger = pino(
    {
      level,
      base: undefined,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin() {
        const trace = currentTrace();
        return trace ? traceFields(trace) : nothing;
      },
      // A line from outside every trace, such as a request's own, is not copied for nothing.
      mixinMergeStrategy: (line, added) => (added === nothing ? line : { ...added, ...line }),
    },
    output,
  );
  if (stream) return { logger, flush: () => {} };
  const timer = setInterval(() => logger.flush(), 1_000).unref();
  return {
    logger,
    flush() {
      clearInterval(timer);
      try {
        (output as ReturnType<typeof destination>).flushSync();
      } catch {
        // Not opened yet, so there is nothing to write; or the reader of the pipe is gone, and nobody is left to tell.
      }
    },
  };
}
