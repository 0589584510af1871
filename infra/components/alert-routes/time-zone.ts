const daySeconds = 86_400;
/** A dozen years hold every day of the week as each date on which clocks may change; a fixed span, so that a plan is the same next year. */
const [firstYear, lastYear] = [2026, 2037];

/** What the zone's clocks may show on one date of UTC. */
export interface DateOffsets {
  /** 1 to 12. */
  month: number;
  day: number;
  /** Minutes ahead of UTC, ascending. Several on dates on which clocks change in one of the years. */
  offsets: number[];
}

/** Whether Alertmanager, which wants the exact spelling, knows the zone too. */
export function isTimeZone(zone: string): boolean {
  if (zone === "UTC" || timeZones().includes(zone)) return true;
  // Old names, such as Asia/Kolkata for Asia/Calcutta, are not in the list.
  return /^[A-Z]\w+(\/[A-Z][\w-]+)+$/.test(zone) && accepted(zone) && !timeZones().some((known) => known.toLowerCase() === zone.toLowerCase());
}

export const timeZones = () => Intl.supportedValuesOf("timeZone");

function accepted(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The zone's offsets on each date of a year, from the rules that Node knows. */
export function offsetsByDate(zone: string): DateOffsets[] {
  const offsetAt = offsetReader(zone);
  const dates = Array.from({ length: 12 }, (_, month) =>
    Array.from({ length: new Date(Date.UTC(2028, month + 1, 0)).getUTCDate() }, (_, day) => ({ month: month + 1, day: day + 1, offsets: new Set<number>() })),
  );
  const add = (seconds: number, offset: number) => {
    const date = new Date(seconds * 1000);
    dates[date.getUTCMonth()]![date.getUTCDate() - 1]!.offsets.add(offset);
  };
  const end = Date.UTC(lastYear + 1, 0, 1) / 1000;
  const step = 7 * daySeconds;
  for (let start = Date.UTC(firstYear, 0, 1) / 1000; start < end; start += step) {
    const same = offsetAt(start) === offsetAt(start + step);
    for (let day = start; day < Math.min(start + step, end); day += daySeconds) {
      add(day, offsetAt(same ? start : day));
      if (!same) add(day, offsetAt(day + daySeconds));
    }
  }
  return dates.flat().map(({ offsets, ...date }) => ({ ...date, offsets: [...offsets].sort((a, b) => a - b) }));
}

/** Reads how many minutes the zone's clocks are ahead of UTC at a time. */
export function offsetReader(zone: string): (seconds: number) => number {
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset", hour: "numeric" });
  const known = new Map<number, number>();
  return (seconds) => {
    const before = known.get(seconds);
    if (before !== undefined) return before;
    const name = format.formatToParts(seconds * 1000).find(({ type }) => type === "timeZoneName")!.value;
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name)!;
    const offset = sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0;
    known.set(seconds, offset);
    return offset;
  };
}
