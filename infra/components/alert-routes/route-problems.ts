import { nearestOf } from "../nearest.ts";
import { Severity } from "../prometheus/alert.ts";
import { durationText } from "../prometheus/promql.ts";
import type { AlertRoutesArgs } from "./alert-routes.ts";
import { either, list, type RouteProblem } from "./problem.ts";
import type { AlertReceiver } from "./receiver.ts";
import type { AlertRoute } from "./route.ts";
import { defaultSeverities, groupIntervalSeconds, repeatSeconds, severitiesOf } from "./routing.ts";

type Found = Generator<RouteProblem>;
const severities = Object.values(Severity);

export function* routeProblems({ receivers, routes, heartbeat }: AlertRoutesArgs): Found {
  for (const [index, route] of routes.entries()) {
    const at = `routes.${index}`;
    yield* receiversOf(at, route, receivers, heartbeat?.receiver);
    yield* severityProblems(`${at}.severities`, route.severities);
    yield* labelProblems(at, route.labels);
    yield* timeProblems(at, route);
    yield* shadowed(at, route, routes.slice(0, index));
  }
  yield* unheard(routes);
  const used = new Set([...routes.flatMap((route) => route.receivers), heartbeat?.receiver]);
  for (const [index, { name }] of receivers.entries()) {
    if (!used.has(name))
      yield { argument: `receivers.${index}.name`, value: name, says: "is named by no route and gets nothing; name it in routes, or remove it" };
  }
}

function* receiversOf(at: string, route: AlertRoute, receivers: AlertReceiver[], heartbeat: string | undefined): Found {
  if (route.receivers.length === 0) yield { argument: `${at}.receivers`, says: "names nobody; name at least one receiver" };
  for (const [index, name] of route.receivers.entries()) {
    const argument = `${at}.receivers.${index}`;
    if (route.receivers.indexOf(name) < index) yield { argument, value: name, says: "stands twice; name it once" };
    else if (name === heartbeat)
      yield { argument, value: name, says: "is the receiver of the heartbeat, for which every message is a sign of life; name another" };
    else yield* unknownReceiver(argument, name, receivers);
  }
}

export function* unknownReceiver(argument: string, name: string, receivers: AlertReceiver[]): Found {
  const known = receivers.map((receiver) => receiver.name);
  if (known.includes(name)) return;
  const nearest = nearestOf(name, known);
  yield {
    argument,
    value: name,
    says: nearest ? `is no receiver; did you mean ${nearest}?`.replace("?", "") : `is no receiver; name one of ${known.join(", ")}`,
  };
}

export function* severityProblems(argument: string, given: readonly string[] | undefined): Found {
  if (given?.length === 0) yield { argument, says: `is empty; name at least one of ${either(severities)}, or leave it out` };
  for (const [index, severity] of (given ?? []).entries()) {
    if (!(severities as readonly string[]).includes(severity))
      yield { argument: `${argument}.${index}`, value: severity, says: `is no severity; use ${either(severities)}` };
  }
}

function* labelProblems(at: string, labels: Record<string, string> = {}): Found {
  for (const [name, value] of Object.entries(labels)) {
    const argument = `${at}.labels.${name}`;
    if (!/^[a-zA-Z_]\w*$/.test(name)) yield { argument, says: "can't be a label of an alert; use letters, digits and _" };
    else if (name === "severity") yield { argument, value, says: "is named by severities; write it there" };
    else if (name === "namespace") yield { argument, value, says: "says nothing: routes see the alerts of their own namespace only; remove it" };
    else if (name === "alertname" && value === "Watchdog") yield { argument, value, says: "never comes this way; name its receiver in heartbeat" };
    else if (value === "") yield { argument, value, says: "is the value of a label that is missing; give another" };
  }
}

function* timeProblems(at: string, route: AlertRoute): Found {
  const { groupWaitSeconds, repeatMinutes } = route;
  for (const [name, value, least] of [
    ["groupWaitSeconds", groupWaitSeconds, 0],
    ["groupIntervalSeconds", route.groupIntervalSeconds, 1],
    ["repeatMinutes", repeatMinutes, 1],
  ] as const) {
    if (value !== undefined && !(Number.isInteger(value) && value >= least))
      yield { argument: `${at}.${name}`, value, says: `is no time; give a whole number from ${least}` };
  }
  const interval = groupIntervalSeconds(route);
  const shortest = Math.min(...severitiesOf(route).map((severity) => repeatSeconds(route, severity)));
  if (!(shortest < interval)) return;
  const mend = `raise it to at least ${Math.ceil(interval / 60)}, or lower groupIntervalSeconds to at most ${shortest}`;
  if (repeatMinutes !== undefined) {
    yield {
      argument: `${at}.repeatMinutes`,
      value: repeatMinutes,
      says: `is shorter than the group interval of ${durationText(interval)}, before which nothing is sent; ${mend}`,
    };
  } else {
    const says = `is longer than the repeat time of ${durationText(shortest)}; lower it to at most ${shortest}, or set repeatMinutes to at least ${Math.ceil(interval / 60)}`;
    yield { argument: `${at}.groupIntervalSeconds`, value: interval, says };
  }
}

/** A route that takes nothing any more, since earlier ones take all that it would. */
function* shadowed(at: string, route: AlertRoute, earlier: AlertRoute[]): Found {
  const taking = severitiesOf(route).map((severity) =>
    earlier.findIndex((other) => severitiesOf(other).includes(severity) && includes(route.labels, other.labels)),
  );
  if (taking.length === 0 || taking.includes(-1)) return;
  const by = [...new Set(taking)].sort((a, b) => a - b).map((index) => `routes.${index}`);
  const mend = taking.every((index) => sameLabels(route.labels, earlier[index]!.labels))
    ? `name its receivers in ${either(by)}, or remove it`
    : `move it before ${either(by)}, or remove it`;
  yield { argument: at, says: `never gets an alert: ${list(by)} before it ${by.length > 1 ? "take" : "takes"} every one; ${mend}` };
}

const includes = (labels: Record<string, string> = {}, wanted: Record<string, string> = {}) =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);
const sameLabels = (a: Record<string, string> | undefined, b: Record<string, string> | undefined) => includes(a, b) && includes(b, a);

/** Pages and tickets must reach somebody whatever their labels are. */
function* unheard(routes: AlertRoute[]): Found {
  for (const severity of defaultSeverities) {
    const all = routes.some((route) => severitiesOf(route).includes(severity) && Object.keys(route.labels ?? {}).length === 0);
    if (!all)
      yield {
        argument: "routes",
        says: `tell nobody of an alert of severity ${severity} that no label routes; add a route with severities [${severity}] and without labels`,
      };
  }
}
