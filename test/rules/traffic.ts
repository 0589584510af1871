/** Series of a service under load, in promtool's notation, with one sample a minute. */

type Labels = Record<string, string>;

const target = 'job="links",namespace="shop",instance="a"';

/** A stretch of time with a constant rate. */
export interface Stretch {
  minutes: number;
  /** Events per minute. */
  rate: number;
}

/** A counter's samples over some stretches. */
export function counter(stretches: Stretch[], start = 0): string {
  let value = start;
  return stretches
    .map(({ minutes, rate }) => {
      const samples = `${value}+${rate}x${minutes - 1}`;
      value += rate * minutes;
      return samples;
    })
    .join(" ");
}

const requests = (labels: Labels, suffix = "count") =>
  `http_request_duration_seconds_${suffix}{${target},method="GET",route="/:slug",${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}}`;

export const answered = (status: string) => requests({ status_code: status });
export const quicker = (le: string, status = "200") => requests({ status_code: status, le }, "bucket");
export const up = `up{${target}}`;
export const started = `process_start_time_seconds{${target}}`;

/** Requests of which a share fails, that share changing from stretch to stretch. The pod was started long before. */
export function failing(perMinute: number, stretches: { minutes: number; share: number }[]): Labels {
  const minutes = stretches.reduce((sum, stretch) => sum + stretch.minutes, 0);
  return {
    [up]: `1x${minutes}`,
    [started]: `-1000000x${minutes}`,
    [answered("200")]: counter(stretches.map(({ minutes, share }) => ({ minutes, rate: perMinute * (1 - share) }))),
    [answered("500")]: counter(stretches.map(({ minutes, share }) => ({ minutes, rate: perMinute * share }))),
  };
}

/** The same requests, as they are summed for the objective of availability. */
export function failingTotals(perMinute: number, stretches: { minutes: number; share: number }[]): Labels {
  const total = (name: string) => `${name}{${target},objective="availability"}`;
  return {
    [up]: `1x${stretches.reduce((sum, { minutes }) => sum + minutes, 0)}`,
    [total("slo:events:total")]: counter(stretches.map(({ minutes }) => ({ minutes, rate: perMinute }))),
    [total("slo:failed_events:total")]: counter(stretches.map(({ minutes, share }) => ({ minutes, rate: perMinute * share }))),
  };
}
