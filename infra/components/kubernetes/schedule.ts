/** One field of a cron expression: its name, its bounds, and the names that may stand for numbers. */
const fields = [
  { name: "minute", first: 0, last: 59, names: [] },
  { name: "hour", first: 0, last: 23, names: [] },
  { name: "day of month", first: 1, last: 31, names: [] },
  { name: "month", first: 1, last: 12, names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] },
  { name: "day of week", first: 0, last: 7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
] as const;

type Field = (typeof fields)[number];

/** February has 29 days here: a schedule for that day fires, if rarely. */
const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Most runs in an hour. A dump that isn't done when the next is due makes that one be skipped, so more often promises what can't be kept. */
const mostRunsAnHour = 12;

/**
 * What is wrong with the schedule of a CronJob, with its mend; nothing when it is right. It is refused here because the API
 * server takes a date that never comes, such as 30 February, and such a job never runs and never fails.
 */
export function scheduleProblem(argument: string, schedule: string): string | undefined {
  const example = 'write it as "17 3 * * *" (each day at 03:17 UTC)';
  const texts = schedule.trim().split(/\s+/);
  if (texts.length !== fields.length) return `${argument} "${schedule}" has ${texts.length} fields instead of 5; ${example}.`;
  const values = fields.map((field, index) => valuesOf(field, texts[index]!));
  const wrong = values.indexOf(undefined);
  if (wrong >= 0) {
    const field = fields[wrong]!;
    return `${argument} "${schedule}" has no valid ${field.name}: "${texts[wrong]}"; give numbers from ${field.first} to ${field.last}, or ${example}.`;
  }
  const [minutes, , days, months] = values as Set<number>[];
  if (minutes!.size > mostRunsAnHour) {
    return `${argument} "${schedule}" fires ${minutes!.size} times an hour; at most ${mostRunsAnHour} are useful: ${example}.`;
  }
  const everComes = texts[4] !== "*" || [...months!].some((month) => [...days!].some((day) => day <= longestMonths[month - 1]!));
  return everComes ? undefined : `${argument} "${schedule}" never fires: no such month has that day; ${example}.`;
}

/**
 * Longest time in hours between two runs of a schedule, looked up over four years, so that a 29 February is among them. What is
 * older than this was missed.
 */
export function longestGapHours(schedule: string): number {
  const [minutes, hours, days, months, weekdays] = schedule
    .trim()
    .split(/\s+/)
    .map((text, index) => valuesOf(fields[index]!, text)!) as Set<number>[];
  const [, , dayText, , weekdayText] = schedule.trim().split(/\s+/);
  const times = [...hours!].flatMap((hour) => [...minutes!].map((minute) => hour * 60 + minute)).sort((a, b) => a - b);
  const runsOn = (date: Date): boolean => {
    const byDay = days!.has(date.getUTCDate());
    const byWeekday = weekdays!.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays!.has(7));
    // Where both are given, either is enough (crontab(5)).
    return months!.has(date.getUTCMonth() + 1) && (dayText !== "*" && weekdayText !== "*" ? byDay || byWeekday : byDay && byWeekday);
  };
  const minutesOfDay = 24 * 60;
  const runDays = Array.from({ length: 4 * 366 }, (_, day) => day).filter((day) => runsOn(new Date(Date.UTC(2028, 0, 1 + day))));
  // Between two days that run, from the last time of one to the first of the next; within a day, from one time to the next.
  const [first, last] = [times[0]!, times.at(-1)!];
  const overnight = runDays.slice(1).map((day, index) => (day - runDays[index]!) * minutesOfDay + first - last);
  const within = times.slice(1).map((time, index) => time - times[index]!);
  const longest = runDays.length > 1 ? Math.max(...overnight, ...within) : 4 * 366 * minutesOfDay;
  return longest / 60;
}

/** The values a field matches; undefined when it can't be read. */
function valuesOf(field: Field, text: string): Set<number> | undefined {
  const found = new Set<number>();
  for (const item of text.split(",")) {
    const match = /^(\*|[a-z\d]+)(?:-([a-z\d]+))?(?:\/(\d+))?$/i.exec(item);
    if (!match || (match[1] === "*" && match[2] !== undefined)) return undefined;
    const first = match[1] === "*" ? field.first : numberOf(field, match[1]!);
    const open = match[1] === "*" || (match[3] !== undefined && match[2] === undefined);
    const last = match[2] !== undefined ? numberOf(field, match[2]) : open ? field.last : first;
    const step = match[3] === undefined ? 1 : Number(match[3]);
    if (!(first >= field.first && last <= field.last && first <= last && step >= 1)) return undefined;
    for (let value = first; value <= last; value += step) found.add(value);
  }
  return found;
}

function numberOf(field: Field, text: string): number {
  const index = (field.names as readonly string[]).indexOf(text.toLowerCase());
  return index >= 0 ? field.first + index : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
