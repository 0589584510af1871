import { Severity } from "../prometheus/alert.ts";
import { duration } from "../prometheus/promql.ts";
import type { AlertRoutesArgs } from "./alert-routes.ts";
import { type QuietWeek, quietWeek } from "./quiet-week.ts";
import type { AlertReceiver } from "./receiver.ts";
import type { AlertRoute } from "./route.ts";

/** Takes what nobody wants to hear of. */
export const nobody = "nobody";
/** Name of the time interval in which tickets wait. */
export const quietHours = "quiet-hours";

export interface Matcher {
  name: string;
  matchType: "=" | "=~";
  value: string;
}

/** One entry of Alertmanager's routing tree, below the namespace. */
export interface RoutingEntry {
  matchers: Matcher[];
  receiver: string;
  groupWait: string;
  groupInterval: string;
  repeatInterval: string;
  /** Whether it keeps quiet in the quiet hours. */
  quiet: boolean;
  /** Whether the next entry looks at the same alert too. */
  continue: boolean;
}

/** While an alert of `source` fires, those of `target` with the same values of `equal` are not told. */
export interface Inhibition {
  source: Matcher[];
  target: Matcher[];
  equal: string[];
}

/** What Alertmanager shall do, in no format yet: both are written from this. */
export interface Routing {
  groupBy: string[];
  /** Gets what no entry takes, such as an alert whose severity nobody knows. */
  fallback: string;
  entries: RoutingEntry[];
  inhibitions: Inhibition[];
  receivers: AlertReceiver[];
  /** The receiver that must not hear of what is resolved. */
  heartbeat?: string;
  quiet?: QuietWeek;
}

export const defaultSeverities: readonly Severity[] = [Severity.critical, Severity.warning];
const defaultQuiet: readonly Severity[] = [Severity.warning, Severity.info];
const defaultRepeatMinutes: Record<Severity, number> = { critical: 240, warning: 1440, info: 1440 };

/** Alerts of one name and service are one message, so that twenty pods with one fault make one call. */
const groupBy = ["alertname", "service"];

const equals = (name: string, value: string): Matcher => ({ name, matchType: "=", value });
const present = (name: string): Matcher => ({ name, matchType: "=~", value: ".+" });

export function routing(args: AlertRoutesArgs): Routing {
  const quiet = args.quietHours?.severities ?? defaultQuiet;
  const silent = entry({ receivers: [nobody] }, [equals("severity", Severity.info)], Severity.info, false);
  return {
    groupBy,
    fallback: fallback(args.routes),
    entries: [...watchdog(args), ...args.routes.flatMap((route) => entriesOf(route, args.quietHours ? quiet : [])), ...silent],
    inhibitions: [
      {
        source: [equals("severity", Severity.critical), present("service")],
        target: [equals("severity", Severity.warning), present("service")],
        // Alertmanager takes two alerts that both lack a label for equal, so the matchers ask for its presence.
        equal: ["namespace", "service"],
      },
    ],
    receivers: args.receivers,
    heartbeat: args.heartbeat?.receiver,
    quiet: args.quietHours && quietWeek(args.quietHours),
  };
}

/** Whoever gets all tickets also gets what nobody thought of: it must be seen, and needn't wake anybody. */
function fallback(routes: AlertRoute[]): string {
  const tickets = routes.find((route) => severitiesOf(route).includes(Severity.warning) && Object.keys(route.labels ?? {}).length === 0);
  return tickets?.receivers[0] ?? nobody;
}

export const severitiesOf = ({ severities }: AlertRoute): readonly Severity[] => severities ?? defaultSeverities;

function entriesOf(route: AlertRoute, quiet: readonly Severity[]): RoutingEntry[] {
  return severitiesOf(route).flatMap((severity) => {
    const labels = Object.entries(route.labels ?? {}).map(([name, value]) => equals(name, value));
    return entry(route, [equals("severity", severity), ...labels], severity, quiet.includes(severity));
  });
}

/** One for each receiver; all but the last let the next one see the alert. */
function entry(route: AlertRoute, matchers: Matcher[], severity: Severity, quiet: boolean): RoutingEntry[] {
  return route.receivers.map((receiver, index) => ({
    matchers,
    receiver,
    groupWait: `${route.groupWaitSeconds ?? 30}s`,
    groupInterval: duration(groupIntervalSeconds(route)),
    repeatInterval: duration(repeatSeconds(route, severity)),
    quiet,
    continue: index < route.receivers.length - 1,
  }));
}

export const groupIntervalSeconds = ({ groupIntervalSeconds = 300 }: AlertRoute) => groupIntervalSeconds;
export const repeatSeconds = ({ repeatMinutes }: AlertRoute, severity: Severity) => (repeatMinutes ?? defaultRepeatMinutes[severity]) * 60;
export const heartbeatSeconds = 60;

/**
 * Alertmanager looks at a group once a group interval, and repeats when the last message is older than the repeat interval by then.
 * With both alike every second look comes a moment too early, and the signs of life half as often: so a repeat is a little shorter
 * than two looks.
 */
function watchdog({ heartbeat }: AlertRoutesArgs): RoutingEntry[] {
  const seconds = heartbeat?.everySeconds ?? heartbeatSeconds;
  const look = Math.floor(seconds / 2);
  return [
    {
      matchers: [equals("alertname", "Watchdog")],
      receiver: heartbeat?.receiver ?? nobody,
      groupWait: "0s",
      groupInterval: `${look}s`,
      repeatInterval: `${2 * look - Math.ceil(look / 10)}s`,
      quiet: false,
      continue: false,
    },
  ];
}
