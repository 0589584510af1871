import type { operatorConfig } from "../../infra/components/alert-routes/operator-config.ts";

type Spec = ReturnType<typeof operatorConfig>;
type Route = Spec["route"]["routes"][number];
type Condition = Spec["inhibitRules"][number]["sourceMatch"][number];

/**
 * The routing part of what the operator makes of an AlertmanagerConfig whose strategy is OnNamespace, the default. That it is this,
 * `test/e2e/notifications.test.ts` compares with a real one.
 */
export function generated(spec: Spec, namespace: string, name: string) {
  const full = (part: string) => `${namespace}/${name}/${part}`;
  const condition = ({ name: label, matchType, value }: Condition) => `${label}${matchType}${JSON.stringify(value)}`;
  const own = condition({ name: "namespace", matchType: "=", value: namespace });
  const route = ({ receiver, matchers, groupWait, groupInterval, repeatInterval, muteTimeIntervals, continue: more }: Route) => ({
    receiver: full(receiver),
    matchers: matchers.map(condition),
    ...(more && { continue: true }),
    group_wait: groupWait,
    group_interval: groupInterval,
    repeat_interval: repeatInterval,
    ...(muteTimeIntervals && { mute_time_intervals: muteTimeIntervals.map(full) }),
  });
  const { receiver, groupBy, groupWait, groupInterval, repeatInterval, routes } = spec.route;
  return {
    route: {
      receiver: "null",
      routes: [
        {
          receiver: full(receiver),
          group_by: groupBy,
          matchers: [own],
          continue: true,
          routes: routes.map(route),
          group_wait: groupWait,
          group_interval: groupInterval,
          repeat_interval: repeatInterval,
        },
      ],
    },
    inhibit_rules: spec.inhibitRules.map(({ sourceMatch, targetMatch, equal }) => ({
      target_matchers: [...targetMatch.map(condition), own],
      source_matchers: [...sourceMatch.map(condition), own],
      equal,
    })),
    mute_time_intervals: (spec.muteTimeIntervals ?? []).map((interval) => ({
      name: full(interval.name),
      time_intervals: interval.timeIntervals.map(({ times, weekdays, daysOfMonth, months }) => ({
        ...(times && { times: times.map(({ startTime, endTime }) => ({ start_time: startTime, end_time: endTime })) }),
        ...(weekdays && { weekdays }),
        ...(daysOfMonth && { days_of_month: daysOfMonth.map(({ start, end }) => `${start}:${end}`) }),
        ...(months && { months }),
      })),
    })),
    receivers: [{ name: "null" }, ...spec.receivers.map((one) => ({ name: full(one.name) }))],
  };
}

/** A receiver's name as its routes call it: the operator puts namespace and object before it, and has its own word for nobody. */
export function shortName(receiver: string): string {
  return receiver === "null" ? "nobody" : receiver.split("/").at(-1)!;
}
