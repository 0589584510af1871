import { email, pagerDutyEvent, slackMessage } from "./messages.ts";
import { utcIntervals } from "./quiet-utc.ts";
import type { AlertReceiver } from "./receiver.ts";
import { type Inhibition, nobody, quietHours, type Routing, type RoutingEntry } from "./routing.ts";
import { type SecretPlace, secretPlace } from "./secrets.ts";

/** The `spec` of an AlertmanagerConfig. The operator adds its namespace to every route and inhibition. */
export function operatorConfig(routing: Routing, ownSecret: string) {
  const { quiet } = routing;
  return {
    route: {
      receiver: routing.fallback,
      groupBy: routing.groupBy,
      groupWait: "30s",
      groupInterval: "5m",
      repeatInterval: "1d",
      routes: routing.entries.map(route),
    },
    inhibitRules: routing.inhibitions.map(({ source, target, equal }: Inhibition) => ({ sourceMatch: source, targetMatch: target, equal })),
    ...(quiet && { muteTimeIntervals: [{ name: quietHours, timeIntervals: utcIntervals(quiet) }] }),
    receivers: [
      ...routing.receivers.map((receiver) => ({
        name: receiver.name,
        ...integration(receiver, secretPlace(receiver, ownSecret), receiver.name !== routing.heartbeat),
      })),
      { name: nobody },
    ],
  };
}

function route({ matchers, receiver, groupWait, groupInterval, repeatInterval, quiet, continue: more }: RoutingEntry) {
  return { matchers, receiver, groupWait, groupInterval, repeatInterval, ...(quiet && { muteTimeIntervals: [quietHours] }), ...(more && { continue: true }) };
}

const selector = (place: SecretPlace | undefined) => place && { name: place.secretName, key: place.key };

function integration(receiver: AlertReceiver, place: SecretPlace | undefined, sendResolved: boolean): object {
  const secret = selector(place);
  const { email: mail, slack, pagerDuty, webhook } = receiver;
  if (mail) {
    const { to, from, smarthost, username, requireTls = true } = mail;
    const login = username !== undefined && { authUsername: username, authPassword: secret };
    const headers = [{ key: "Subject", value: email.subject }];
    return {
      emailConfigs: [{ sendResolved, to: to.join(", "), from, smarthost, ...login, requireTLS: requireTls, headers, text: email.text, html: email.html }],
    };
  }
  if (slack) return { slackConfigs: [{ sendResolved, apiURL: secret, ...(slack.channel && { channel: slack.channel }), ...slackMessage }] };
  if (pagerDuty) {
    const { clientUrl, details, links, ...event } = pagerDutyEvent;
    return {
      pagerdutyConfigs: [
        {
          sendResolved,
          routingKey: secret,
          ...(pagerDuty.url && { url: pagerDuty.url }),
          ...event,
          clientURL: clientUrl,
          details: Object.entries(details).map(([key, value]) => ({ key, value })),
          pagerDutyLinkConfigs: links.map(({ text, url }) => ({ alt: text, href: url })),
        },
      ],
    };
  }
  return webhook ? { webhookConfigs: [{ sendResolved, urlSecret: secret }] } : {};
}
