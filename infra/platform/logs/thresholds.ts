/** Where alerts made from log lines begin, for every service of the cluster. Each can be set alone; a change restarts Loki. */
export interface LogAlertThresholds {
  /**
   * Lines at level error of one route in 5 minutes. Defaults to 20: a rollout that goes wrong for a moment makes fewer, and the
   * objectives page long before a busy service has so few.
   */
  errors?: number;
  /** Refused logins in 10 minutes. Defaults to 10: a rotated password is refused a few times until it is read anew; somebody who guesses goes on. */
  authenticationFailures?: number;
  /** Slow runs of one statement in 10 minutes. Defaults to 10, one a minute: a cold cache after a start makes fewer. */
  slowQueries?: number;
}

const defaults: Required<LogAlertThresholds> = { errors: 20, authenticationFailures: 10, slowQueries: 10 };

export function logAlertThresholds(given: LogAlertThresholds = {}): Required<LogAlertThresholds> {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(set) };
}

export function logThresholdProblems(thresholds: Required<LogAlertThresholds>): (string | false)[] {
  return Object.entries(thresholds).map(
    ([key, value]) =>
      !(Number.isInteger(value) && value >= 1) &&
      `thresholds.${key} ${value} is no number of lines; give a whole number from 1, such as ${defaults[key as keyof LogAlertThresholds]}.`,
  );
}
