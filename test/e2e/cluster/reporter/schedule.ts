/** The next time, in seconds since 1970, that a schedule of five fields names in UTC; days of the month and of the week must both match. */
export function nextTime(schedule: string, after: number): number | undefined {
  const fields = schedule.trim().split(/\s+/).map(values);
  const minute = 60_000;
  const first = Math.floor(after / minute) * minute + minute;
  const day = (time: Date) => [time.getUTCDate(), time.getUTCMonth() + 1, time.getUTCDay()];
  for (let time = first, end = first + 366 * 1440 * minute; time < end; ) {
    const at = new Date(time);
    if (!day(at).every((part, index) => fields[index + 2]!(part))) time = Math.floor(time / (1440 * minute)) * 1440 * minute + 1440 * minute;
    else if (fields[1]!(at.getUTCHours()) && fields[0]!(at.getUTCMinutes())) return time / 1000;
    else time += minute;
  }
  return undefined;
}

/** Whether a value is one that a field names: `*`, `5`, `1-5`, `0/15`, and lists of these. */
function values(field: string): (value: number) => boolean {
  const parts = field.split(",").map((part) => {
    const [range = "*", step = "1"] = part.split("/");
    const [from, to] = range === "*" ? [0, 99] : range.split("-").map(Number);
    const last = to ?? (part.includes("/") ? 99 : from!);
    return (value: number) => value >= from! && value <= last && (value - from!) % Number(step) === 0;
  });
  return (value) => parts.some((part) => part(value));
}
