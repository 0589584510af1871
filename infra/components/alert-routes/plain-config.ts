import { email, pagerDutyEvent, slackMessage } from "./messages.ts";
import { type QuietWeek, timeOf } from "./quiet-week.ts";
import type { AlertReceiver } from "./receiver.ts";
import { type Matcher, nobody, quietHours, type Routing, type RoutingEntry } from "./routing.ts";
import { secretPlace } from "./secrets.ts";

/** Where the Secrets of a plain config are expected, each in a folder of its name: as the charts of Alertmanager mount them. */
export const secretFolder = "/etc/alertmanager/secrets";

/**
 * A whole config file of Alertmanager, 0.27 or later. It takes the alerts of one namespace, as the operator would have it take them, and
 * tells nobody of others: add to it what else the Alertmanager serves.
 */
export function plainConfig(routing: Routing, namespace: string, ownSecret: string) {
  const own: Matcher = { name: "namespace", matchType: "=", value: namespace };
  const { quiet } = routing;
  return {
    route: {
      receiver: nobody,
      routes: [
        {
          receiver: routing.fallback,
          matchers: [matcher(own)],
          group_by: routing.groupBy,
          group_wait: "30s",
          group_interval: "5m",
          repeat_interval: "1d",
          routes: routing.entries.map(route),
        },
      ],
    },
    inhibit_rules: routing.inhibitions.map(({ source, target, equal }) => ({
      source_matchers: [...source, own].map(matcher),
      target_matchers: [...target, own].map(matcher),
      equal,
    })),
    ...(quiet && { time_intervals: [{ name: quietHours, time_intervals: intervals(quiet) }] }),
    receivers: [
      ...routing.receivers.map((receiver) => ({
        name: receiver.name,
        ...integration(receiver, fileOf(receiver, ownSecret), receiver.name !== routing.heartbeat),
      })),
      { name: nobody },
    ],
  };
}

const matcher = ({ name, matchType, value }: Matcher) => `${name}${matchType}${JSON.stringify(value)}`;

function route({ matchers, receiver, groupWait, groupInterval, repeatInterval, quiet, continue: more }: RoutingEntry) {
  return {
    receiver,
    matchers: matchers.map(matcher),
    group_wait: groupWait,
    group_interval: groupInterval,
    repeat_interval: repeatInterval,
    ...(quiet && { mute_time_intervals: [quietHours] }),
    ...(more && { continue: true }),
  };
}

function intervals({ timeZone: location, times, days }: QuietWeek) {
  const written = times.map(({ from, to }) => ({ start_time: timeOf(from), end_time: timeOf(to) }));
  return [...(written.length > 0 ? [{ times: written, location }] : []), ...(days.length > 0 ? [{ weekdays: days, location }] : [])];
}

function fileOf(receiver: AlertReceiver, ownSecret: string): string | undefined {
  const place = secretPlace(receiver, ownSecret);
  return place && `${secretFolder}/${place.secretName}/${place.key}`;
}

function integration({ email: mail, slack, pagerDuty, webhook }: AlertReceiver, file: string | undefined, send_resolved: boolean): object {
  if (mail) {
    const { to, from, smarthost, username, requireTls = true } = mail;
    const login = username !== undefined && { auth_username: username, auth_password_file: file };
    const { subject, text, html } = email;
    return {
      email_configs: [{ send_resolved, to: to.join(", "), from, smarthost, ...login, require_tls: requireTls, headers: { Subject: subject }, text, html }],
    };
  }
  if (slack) {
    const { titleLink: title_link, ...message } = slackMessage;
    return { slack_configs: [{ send_resolved, api_url_file: file, ...(slack.channel && { channel: slack.channel }), ...message, title_link }] };
  }
  if (pagerDuty) {
    const { clientUrl: client_url, links, ...event } = pagerDutyEvent;
    const addresses = links.map(({ text, url }) => ({ text, href: url }));
    return {
      pagerduty_configs: [{ send_resolved, routing_key_file: file, ...(pagerDuty.url && { url: pagerDuty.url }), ...event, client_url, links: addresses }],
    };
  }
  return webhook ? { webhook_configs: [{ send_resolved, url_file: file }] } : {};
}
