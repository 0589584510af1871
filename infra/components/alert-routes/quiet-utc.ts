import { isQuiet, minutesADay, minutesAWeek, type QuietWeek, type TimeRange, timeOf, weekdays } from "./quiet-week.ts";
import type { Weekday } from "./route.ts";
import { type DateOffsets, offsetsByDate } from "./time-zone.ts";

/** A time interval as an AlertmanagerConfig has it: in UTC. */
export interface UtcInterval {
  times?: { startTime: string; endTime: string }[];
  weekdays?: Weekday[];
  daysOfMonth?: { start: number; end: number }[];
  months?: string[];
}

/**
 * Quiet hours of people in UTC, since the fields of an AlertmanagerConfig have no time zone. The year is cut into spans of dates with one
 * offset each. On dates on which clocks change in some year and not in another, only what is quiet by both is quiet: a ticket may come
 * an hour early in those weeks, and none is held back in working hours.
 */
export function utcIntervals(week: QuietWeek): UtcInterval[] {
  return spans(offsetsByDate(week.timeZone)).flatMap(({ offsets, dates }) =>
    dates.flatMap((date) => quietTimes(week, offsets).map((time) => ({ ...time, ...date }))),
  );
}

/** Dates with the same offsets: whole months together, parts of a month with the months that have the same part. */
function spans(dates: DateOffsets[]): { offsets: number[]; dates: Pick<UtcInterval, "daysOfMonth" | "months">[] }[] {
  const byOffsets = Map.groupBy(runs(dates), ({ offsets }) => offsets.join());
  return [...byOffsets.values()].map((parts) => {
    const byDays = Map.groupBy(parts, ({ whole, first, last }) => (whole ? "" : `${first}:${last}`));
    const dates = [...byDays.values()].map(([one, ...more]) => {
      const months = [one!, ...more].map(({ month }) => month);
      return { ...(months.length < 12 && { months: months.map(String) }), ...(!one!.whole && { daysOfMonth: [{ start: one!.first, end: one!.last }] }) };
    });
    return { offsets: parts[0]!.offsets, dates };
  });
}

interface Run {
  month: number;
  first: number;
  last: number;
  whole: boolean;
  offsets: number[];
}

/** Days of one month that follow one another with the same offsets. */
function runs(dates: DateOffsets[]): Run[] {
  const found: Run[] = [];
  for (const { month, day, offsets } of dates) {
    const run = found.at(-1);
    if (run?.month === month && run.offsets.join() === offsets.join()) run.last = day;
    else found.push({ month, first: day, last: day, whole: false, offsets });
  }
  const parts = Map.groupBy(found, ({ month }) => month);
  return found.map((run) => ({ ...run, whole: parts.get(run.month)!.length === 1 }));
}

/** The times of a week in UTC that are quiet whichever of the offsets is true; days that are alike stand together. */
function quietTimes(week: QuietWeek, offsets: number[]): UtcInterval[] {
  const quiet = (minute: number) => offsets.every((offset) => isQuiet(week, (minute + offset + minutesAWeek) % minutesAWeek));
  const borders = bordersOf(week, offsets);
  const days = weekdays.map((weekday, index) => ({ weekday, ranges: rangesOf(borders, (minute) => quiet(index * minutesADay + minute)) }));
  const alike = Map.groupBy(
    days.filter(({ ranges }) => ranges.length > 0),
    ({ ranges }) => JSON.stringify(ranges),
  );
  return [...alike.values()].map((group) => {
    const { ranges } = group[0]!;
    const allDay = ranges[0]!.from === 0 && ranges[0]!.to === minutesADay;
    return {
      ...(!allDay && { times: ranges.map(({ from, to }) => ({ startTime: timeOf(from), endTime: timeOf(to) })) }),
      ...(group.length < 7 && { weekdays: group.map(({ weekday }) => weekday) }),
    };
  });
}

/** Minutes of a day in UTC at which something may begin or end, midnight among them. */
function bordersOf({ times }: QuietWeek, offsets: number[]): number[] {
  const local = [0, ...times.flatMap(({ from, to }) => [from, to])];
  const utc = offsets.flatMap((offset) => local.map((minute) => (minute - offset + 2 * minutesADay) % minutesADay));
  return [...new Set([0, ...utc, minutesADay])].sort((a, b) => a - b);
}

function rangesOf(borders: number[], quiet: (minute: number) => boolean): TimeRange[] {
  const ranges: TimeRange[] = [];
  for (const [index, from] of borders.slice(0, -1).entries()) {
    if (!quiet(from)) continue;
    const last = ranges.at(-1);
    const to = borders[index + 1]!;
    if (last?.to === from) last.to = to;
    else ranges.push({ from, to });
  }
  return ranges;
}
