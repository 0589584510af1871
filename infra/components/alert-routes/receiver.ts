import type * as pulumi from "@pulumi/pulumi";

/** A secret of a receiver: either its value, or the place where it already is. */
export interface ReceiverSecret {
  /** The value. It goes into the Secret that the component makes, and is secret in state whether marked so or not. A change reloads Alertmanager. */
  value?: pulumi.Input<string>;
  /** Name of a Secret that exists: in this namespace under the operator, else in Alertmanager's. Needs `key`. */
  secretName?: string;
  /** Key within that Secret. */
  key?: string;
}

/** Mail by SMTP. */
export interface EmailReceiver {
  /** Who gets it, such as `team-links@example.org`. */
  to: string[];
  /** Whom it comes from, such as `alerts@example.org`. */
  from: string;
  /** Server and port, such as `smtp.example.org:587`. Port 465 speaks TLS from the first byte. */
  smarthost: string;
  /** Name to log in with; needs `password`. Left out, nobody logs in: for a relay that knows its clients by address. */
  username?: string;
  /** Password to log in with; needs `username`. */
  password?: ReceiverSecret;
  /** Whether mail is refused to a server that offers no STARTTLS. Defaults to true; false is for a relay without log-in in the same cluster. */
  requireTls?: boolean;
}

/** A Slack channel, by an incoming webhook; Mattermost and Rocket.Chat take the same. */
export interface SlackReceiver {
  /** Address of the incoming webhook. Whoever knows it can post, so it is the secret. */
  url: ReceiverSecret;
  /** Channel, such as `#links`. Defaults to the one that the webhook was made for. */
  channel?: string;
}

/** A PagerDuty service, by Events API v2. One incident a group of alerts: what fires again updates it, what is resolved resolves it. */
export interface PagerDutyReceiver {
  /** Integration key of the service. */
  routingKey: ReceiverSecret;
  /** Address of the API. Defaults to Alertmanager's, PagerDuty's own in the US; `https://events.eu.pagerduty.com/v2/enqueue` in the EU. */
  url?: string;
}

/** Anything that takes Alertmanager's JSON, version 4, by POST. */
export interface WebhookReceiver {
  /** Address. It often holds a token, so it is a secret. */
  url: ReceiverSecret;
}

/** Where messages go: a name, and one of `email`, `slack`, `pagerDuty` and `webhook`. */
export interface AlertReceiver {
  /** Name by which routes call it: lower-case letters, digits and `-`. A change sends what fires once more. */
  name: string;
  /** Mail. */
  email?: EmailReceiver;
  /** Slack. */
  slack?: SlackReceiver;
  /** PagerDuty. */
  pagerDuty?: PagerDutyReceiver;
  /** Any other HTTP server. */
  webhook?: WebhookReceiver;
}

/** The kinds of receivers, and the one argument of each that is secret. */
export const secretOf = {
  email: ({ email }: AlertReceiver) => email?.password,
  slack: ({ slack }: AlertReceiver) => slack?.url,
  pagerDuty: ({ pagerDuty }: AlertReceiver) => pagerDuty?.routingKey,
  webhook: ({ webhook }: AlertReceiver) => webhook?.url,
} as const;
export type ReceiverKind = keyof typeof secretOf;
export const receiverKinds = Object.keys(secretOf) as ReceiverKind[];

/** Name of each kind's secret argument. */
export const secretArgument = { email: "password", slack: "url", pagerDuty: "routingKey", webhook: "url" } as const satisfies Record<ReceiverKind, string>;

export const kindsOf = (receiver: AlertReceiver): ReceiverKind[] => receiverKinds.filter((kind) => receiver[kind] !== undefined);
