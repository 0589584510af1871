/** Reads promtool's notation of a series: `0+60x2` is 0, 60, 120; `_` is no sample, `stale` the series' end. One sample a minute. */
export function samples(notation: string): (number | undefined)[] {
  return notation.trim().split(/\s+/).flatMap(stretch);
}

function stretch(text: string): (number | undefined)[] {
  if (text === "stale") return [undefined];
  const missing = /^_(?:x(\d+))?$/.exec(text);
  if (missing) return Array.from({ length: Number(missing[1] ?? 1) }, () => undefined);
  const parts = /^(-?[\d.]+(?:e\d+)?)(?:([+-][\d.]+(?:e-?\d+)?))?(?:x(\d+))?$/.exec(text);
  if (!parts) throw new Error(`"${text}" is no notation of samples that this reads.`);
  const [, start, step = "0", count = "0"] = parts;
  return Array.from({ length: Number(count) + 1 }, (_, index) => Number(start) + index * Number(step));
}

/** Whether a counter's samples fall back, or end and begin anew: a restart of its process. */
export function restarts(notation: string): boolean {
  const present = samples(notation).filter((value) => value !== undefined);
  return / stale\b/.test(` ${notation}`) || present.some((value, index) => index > 0 && value < present[index - 1]!);
}
