const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Seconds as Prometheus writes a duration: the largest unit that leaves no rest. */
export function duration(seconds: number): string {
  for (const [unit, size] of [
    ["d", day],
    ["h", hour],
    ["m", minute],
  ] as const)
    if (seconds % size === 0) return `${seconds / size}${unit}`;
  return `${seconds}s`;
}

/** A duration in words for a person: `1 hour`, `30 days`. */
export function durationText(seconds: number): string {
  for (const [unit, size] of [
    ["day", day],
    ["hour", hour],
    ["minute", minute],
  ] as const) {
    if (seconds % size === 0) return `${seconds / size} ${unit}${seconds === size ? "" : "s"}`;
  }
  return `${seconds} seconds`;
}

/** A number without the tail that binary fractions leave: 0.1 * 3 is 0.3, in an expression and in a text. */
export function plain(value: number): string {
  return `${Number(value.toPrecision(12))}`;
}

/** A share as a percentage, to three digits: `0.0144` is `1.44 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** A label selector. A value that begins with a comparison, such as `=~"5.."`, is taken as it is; any other is compared for equality. */
export function selector(labels: Record<string, string | undefined>): string {
  const parts = Object.entries(labels).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return /^(=~|!~|!=)/.test(value) ? [`${name}${value}`] : [`${name}=${JSON.stringify(value)}`];
  });
  return `{${parts.join(",")}}`;
}

/** `=~` that matches one of some literal texts. */
export function anyOf(values: readonly string[]): string {
  return `=~${JSON.stringify(values.map(literal).join("|"))}`;
}

/** A text as a regular expression that matches only it. */
export function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/**
 * By how much counters grew in a window, with the part that `increase()` can't see: what a series already counted when it was
 * first scraped. The first 500 of a route makes a series that begins at 1 and so, for `increase()`, never rises; of an outage in
 * which each pod fails each route once, it sees nothing.
 *
 * A series that was not there at the window's start counts from zero, but only if its target was known to be up then, or began
 * within the window. Otherwise a gap in scraping would count a whole lifetime of requests as new. One that was reset since its
 * birth falls back to `increase()`, which knows resets.
 */
export function growth(series: string, target: string, windowSeconds: number): string {
  const window = duration(windowSeconds);
  const known = `(up${target} offset ${window} == 1 or last_over_time(process_start_time_seconds${target}[${window}]) > time() - ${windowSeconds})`;
  const born = `last_over_time(${series}[${window}]) unless ${series} offset ${window} unless resets(${series}[${window}]) > 0`;
  return `(${born} and on (job, namespace, instance) ${known}) or increase(${series}[${window}])`;
}

/**
 * By how much counters grew in a window that are sums over all series of a process, one for each `instance`. What began within a process
 * began at 0 in such a sum, so that only the process's own beginning is left that `increase()` can't see: one that started within the
 * window counts from zero, unless its place was another's before.
 */
export function processGrowth(total: string, target: string, windowSeconds: number): string {
  const window = duration(windowSeconds);
  const young = `last_over_time(process_start_time_seconds${target}[${window}]) > time() - ${windowSeconds}`;
  return `(last_over_time(${total}[${window}]) and on (instance) ${young} unless resets(${total}[${window}]) > 0) or increase(${total}[${window}])`;
}
