import { type QuietHours, Weekday } from "./route.ts";

export const weekdays = Object.values(Weekday);
export const minutesADay = 24 * 60;
export const minutesAWeek = 7 * minutesADay;

/** Quiet minutes of a week in the time zone of people. */
export interface QuietWeek {
  timeZone: string;
  /** Quiet times of every day, in minutes from midnight; none goes beyond it. */
  times: TimeRange[];
  /** Days quiet from midnight to midnight. */
  days: Weekday[];
}

export interface TimeRange {
  from: number;
  to: number;
}

export const defaultQuietFrom = "18:00";
export const defaultQuietTo = "08:00";
const defaultDays: Weekday[] = [Weekday.saturday, Weekday.sunday];

/** A day's time, `18:30`, in minutes from midnight; undefined when it is none. */
export function minuteOf(time: string): number | undefined {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined;
}

/** Minutes from midnight as Alertmanager writes them; the end of a day is `24:00`. */
export function timeOf(minute: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

export function quietWeek({ timeZone, from = defaultQuietFrom, to = defaultQuietTo, days = defaultDays }: QuietHours): QuietWeek {
  const start = minuteOf(from) ?? 0;
  const end = minuteOf(to) ?? 0;
  // Alertmanager knows no time that crosses midnight.
  const night = [
    { from: start, to: minutesADay },
    { from: 0, to: end },
  ];
  const times = start < end ? [{ from: start, to: end }] : night.filter((range) => range.from < range.to);
  return { timeZone, times, days: weekdays.filter((day) => days.includes(day)) };
}

/** Whether a minute of the local week, from Monday's midnight, is quiet. */
export function isQuiet({ times, days }: QuietWeek, minute: number): boolean {
  const ofDay = minute % minutesADay;
  return days.includes(weekdays[Math.floor(minute / minutesADay)]!) || times.some(({ from, to }) => from <= ofDay && ofDay < to);
}
