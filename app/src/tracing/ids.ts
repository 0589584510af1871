import { randomFillSync } from "node:crypto";

const traceBytes = 16;
const spanBytes = 8;
/** Random bytes are fetched in stock: asked for one by one they cost more than all else that is done for a request's trace. */
const stock = Buffer.allocUnsafe(6_144);
let used = stock.length;

function random(bytes: number): string {
  if (used + bytes > stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  used += bytes;
  return stock.toString("hex", used - bytes, used);
}

/** A new trace's id, 32 digits. All of it is random, so that every sampler may decide by any part of it. */
export const newTraceId = () => random(traceBytes);

/** A new span's id, 16 digits. */
export const newSpanId = () => random(spanBytes);
