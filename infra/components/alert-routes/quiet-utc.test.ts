import { describe, expect, test } from "vitest";
import { type UtcInterval, utcIntervals } from "./quiet-utc.ts";
import { isQuiet, minutesAWeek, quietWeek, weekdays } from "./quiet-week.ts";
import { offsetReader, offsetsByDate } from "./time-zone.ts";

const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** As Alertmanager reads an interval without a location. */
function contains(interval: UtcInterval, date: Date): boolean {
  const minute = date.getUTCHours() * 60 + date.getUTCMinutes();
  const day = date.getUTCDate();
  return (
    (interval.times?.some(({ startTime, endTime }) => minuteOf(startTime) <= minute && minute < minuteOf(endTime)) ?? true) &&
    (interval.weekdays?.includes(weekdays[(date.getUTCDay() + 6) % 7]!) ?? true) &&
    (interval.daysOfMonth?.some(({ start, end }) => start <= day && day <= end) ?? true) &&
    (interval.months?.includes(String(date.getUTCMonth() + 1)) ?? true)
  );
}

const minuteOfWeek = (seconds: number) => (Math.floor(seconds / 60) + 3 * 1440) % minutesAWeek;

describe.each(["Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kathmandu", "Pacific/Auckland", "Pacific/Apia", "Africa/Casablanca", "UTC"])(
  "%s",
  (timeZone) => {
    const week = quietWeek({ timeZone });
    const intervals = utcIntervals(week);
    const offsetAt = offsetReader(timeZone);
    const certain = new Set(offsetsByDate(timeZone).flatMap(({ month, day, offsets }) => (offsets.length === 1 ? [`${month}/${day}`] : [])));

    test("at no time of years is anything held back that people would want to have, and quiet is what they call quiet", () => {
      const wrong: string[] = [];
      const end = Date.UTC(2038, 0, 1) / 1000;
      // A step of 31 quarters of an hour and some minutes meets all minutes of the week in time.
      for (let seconds = Date.UTC(2026, 0, 1) / 1000; seconds < end; seconds += 31 * 900 + 60) {
        const date = new Date(seconds * 1000);
        const muted = intervals.some((interval) => contains(interval, date));
        const local = isQuiet(week, (minuteOfWeek(seconds) + offsetAt(seconds) + minutesAWeek) % minutesAWeek);
        const exact = certain.has(`${date.getUTCMonth() + 1}/${date.getUTCDate()}`);
        if (muted && !local) wrong.push(`${date.toISOString()} is held back`);
        if (local && !muted && exact) wrong.push(`${date.toISOString()} is not quiet`);
      }
      expect(wrong).toEqual([]);
    });
  },
);

test("only the weeks of the change are in doubt", () => {
  const doubtful = offsetsByDate("Europe/Berlin").filter(({ offsets }) => offsets.length > 1);
  expect(doubtful.map(({ month, day }) => `${month}/${day}`)).toEqual([3, 10].flatMap((month) => [25, 26, 27, 28, 29, 30, 31].map((day) => `${month}/${day}`)));
});

test("without summer time it is one span of the year", () => {
  expect(utcIntervals(quietWeek({ timeZone: "UTC", from: "12:00", to: "13:30", days: [] }))).toEqual([{ times: [{ startTime: "12:00", endTime: "13:30" }] }]);
  expect(utcIntervals(quietWeek({ timeZone: "Asia/Tokyo" }))).toEqual([
    { times: [{ startTime: "09:00", endTime: "23:00" }], weekdays: ["monday", "tuesday", "wednesday", "thursday"] },
    { times: [{ startTime: "09:00", endTime: "24:00" }], weekdays: ["friday"] },
    { weekdays: ["saturday"] },
    { times: [{ startTime: "00:00", endTime: "23:00" }], weekdays: ["sunday"] },
  ]);
});
