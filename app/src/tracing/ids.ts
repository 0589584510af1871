import { randomBytes } from "node:crypto";

const traceDigits = 32;
const spanDigits = 16;
const stockBytes = 1_536;
/**
 * Random digits are fetched in stock, and ids are parts of that text: bytes asked for and written out one by one cost more than all
 * else that is done for a request's trace. Small, since an id that is kept (an exemplar) keeps the text that it is part of.
 */
let stock = "";
let used = 0;

function random(digits: number): string {
  if (used + digits > stock.length) {
    stock = randomBytes(stockBytes).toString("hex");
    used = 0;
  }
  used += digits;
  return stock.slice(used - digits, used);
}

/** A new trace's id, 32 digits. All of it is random, so that every sampler may decide by any part of it. */
export const newTraceId = () => random(traceDigits);

/** A new span's id, 16 digits. */
export const newSpanId = () => random(spanDigits);
