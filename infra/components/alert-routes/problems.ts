import { nearestOf } from "../nearest.ts";
import { Severity } from "../prometheus/alert.ts";
import type { AlertRoutesArgs } from "./alert-routes.ts";
import { type RouteProblem, sentence } from "./problem.ts";
import { defaultQuietFrom, defaultQuietTo, minuteOf, weekdays } from "./quiet-week.ts";
import { receiverProblems } from "./receiver-problems.ts";
import type { QuietHours } from "./route.ts";
import { routeProblems, severityProblems, unknownReceiver } from "./route-problems.ts";
import { isTimeZone, timeZones } from "./time-zone.ts";

/** What is wrong with the arguments, each with its mend. The config asks too, so that both refuse the same. */
export function alertRouteProblems(args: AlertRoutesArgs): RouteProblem[] {
  return [...receiverProblems(args.receivers), ...routeProblems(args), ...heartbeatProblems(args), ...(args.quietHours ? quietProblems(args.quietHours) : [])];
}

export const alertRouteSentences = (args: AlertRoutesArgs) => alertRouteProblems(args).map(sentence);

function* heartbeatProblems({ heartbeat, receivers }: AlertRoutesArgs): Generator<RouteProblem> {
  if (!heartbeat) return;
  const argument = "heartbeat.receiver";
  const receiver = receivers.find(({ name }) => name === heartbeat.receiver);
  if (!heartbeat.receiver) yield { argument, says: "is missing, so nobody gets Watchdog; name a webhook receiver" };
  else if (!receiver) yield* unknownReceiver(argument, heartbeat.receiver, receivers);
  else if (!receiver.webhook)
    yield {
      argument,
      value: heartbeat.receiver,
      says: "is no webhook: people would get a message a minute; name a webhook receiver that calls them when it hears nothing",
    };
  const { everySeconds } = heartbeat;
  if (everySeconds !== undefined && !(Number.isInteger(everySeconds) && everySeconds >= 10 && everySeconds <= 3600)) {
    yield { argument: "heartbeat.everySeconds", value: everySeconds, says: "is no time between signs of life; give a whole number from 10 to 3600" };
  }
}

function* quietProblems(quiet: QuietHours): Generator<RouteProblem> {
  const { timeZone, from = defaultQuietFrom, to = defaultQuietTo, days = [], severities = [] } = quiet;
  if (!isTimeZone(timeZone)) {
    const nearest = nearestOf(timeZone, timeZones());
    yield {
      argument: "quietHours.timeZone",
      value: timeZone,
      says: nearest ? `is no time zone; did you mean ${nearest}` : "is no time zone; write it as Europe/Berlin",
    };
  }
  for (const [name, value] of Object.entries({ from, to })) {
    if (minuteOf(value) === undefined) yield { argument: `quietHours.${name}`, value, says: "is no time of day; write it as 18:00" };
  }
  for (const [index, day] of days.entries()) {
    if (!weekdays.includes(day)) yield { argument: `quietHours.days.${index}`, value: day, says: `is no day; use ${weekdays.join(", ")}` };
  }
  yield* severityProblems("quietHours.severities", quiet.severities);
  if (severities.includes(Severity.critical)) {
    yield { argument: "quietHours.severities", says: "cover pages: users are hurt at night too; remove critical, or make what may wait a warning" };
  }
  if (minuteOf(from) === undefined || minuteOf(to) === undefined) return;
  if (from === to) yield { argument: "quietHours.to", value: to, says: "is also their beginning; give another time, or name quiet days in days" };
  if (new Set(days).size === weekdays.length) {
    yield { argument: "quietHours", says: "cover the whole week, so no ticket is ever sent; leave some hours" };
  }
}
