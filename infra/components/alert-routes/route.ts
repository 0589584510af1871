import type { Severity } from "../prometheus/alert.ts";

/** Day of the week. */
export const Weekday = {
  /** Monday. */
  monday: "monday",
  /** Tuesday. */
  tuesday: "tuesday",
  /** Wednesday. */
  wednesday: "wednesday",
  /** Thursday. */
  thursday: "thursday",
  /** Friday. */
  friday: "friday",
  /** Saturday. */
  saturday: "saturday",
  /** Sunday. */
  sunday: "sunday",
} as const;
export type Weekday = (typeof Weekday)[keyof typeof Weekday];

/** Which alerts go where. The first route that takes an alert of some severity keeps it. */
export interface AlertRoute {
  /** Severities that it takes. Defaults to `critical` and `warning`. */
  severities?: Severity[];
  /** Labels that an alert must have too, such as `alertname: CertificateExpiringSoon`. Defaults to none: all alerts of the namespace. */
  labels?: Record<string, string>;
  /** Names of the receivers; each gets every message. */
  receivers: string[];
  /** Seconds to wait for more alerts of a new group before the first message. Defaults to 30: one fault rarely shows in one alert only. */
  groupWaitSeconds?: number;
  /** Seconds between two messages about a group that changes. Defaults to 300, five minutes. */
  groupIntervalSeconds?: number;
  /** Minutes until a message about what still fires is sent again. Defaults to 240 for `critical`, 1440 for the others. At least the group interval. */
  repeatMinutes?: number;
}

/** Hours in which tickets wait. What still fires at their end is sent then; what is over by then is never sent. */
export interface QuietHours {
  /** Time zone of the hours, such as `Europe/Berlin`. */
  timeZone: string;
  /** When they begin each day. Defaults to `18:00`. */
  from?: string;
  /** When they end; before `from`, on the day after. Defaults to `08:00`. */
  to?: string;
  /** Days that are quiet all day. Defaults to `saturday` and `sunday`. */
  days?: Weekday[];
  /** Severities that wait. Defaults to `warning` and `info`. Never `critical`: a page doesn't wait. */
  severities?: Severity[];
}

/** The way of the dead man's switch: the alert `Watchdog` fires always, and whoever gets it calls people when it stops. */
export interface Heartbeat {
  /** Name of a `webhook` receiver, used for nothing else. It gets no message that something is resolved: that would count as a sign of life. */
  receiver: string;
  /** Seconds between two signs of life. Defaults to 60. The service that waits for them should be patient for at least twice as long. */
  everySeconds?: number;
}
