import { createMetrics } from "../../app/src/metrics/metrics.ts";
import type { RuleFile } from "../../infra/components/prometheus/rule.ts";
import { healthy } from "../../test/rules/healthy.ts";

const pods = ["a", "b", "c"];
const routes = ["/:slug", "/v1/links", "/v1/links/:slug", "/healthz", "unmatched", "/v1/links/:slug/live"];
const statuses = ["200", "302", "404", "429", "500"];
const serverErrors = 1;
const perSeries = 0.5;
const requestsPerSecond = perSeries * routes.length * (statuses.length - serverErrors);

/** For how long samples are there. */
export const historySeconds = 30 * 86_400;

export const scrapeSeconds = 30;

/** A series and how it moves: a counter rises by about its rate each second, a gauge stays. */
export interface Generated {
  name: string;
  labels: Record<string, string>;
  perSecond?: number;
  value?: number;
}

/** Its value at a time, in seconds: a counter began at 0 long ago. */
export const valueAt = ({ perSecond, value }: Generated, at: number) => (perSecond === undefined ? value! : Math.round((at - 1.7e9) * perSecond));

/** Seconds between two samples. */
export const secondsBetween = ({ name }: Generated) => (name.endsWith("increase10m") ? 600 : scrapeSeconds);

/** Times that lie so many seconds apart, the last one excluded. */
export function every(seconds: number, from: number, to: number): number[] {
  const first = Math.ceil(from / seconds) * seconds;
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / seconds)) }, (_, index) => first + index * seconds);
}

/**
 * Everything that one service under load shows, with nothing wrong: its own registry with all routes and status codes in three pods, what
 * the rules read of others, and what long windows are recorded from.
 */
export async function serviceSeries(rules: RuleFile, { namespace, service }: { namespace: string; service: string }): Promise<Generated[]> {
  const own = await ownSeries(namespace, service);
  const names = new Set(own.map(({ name }) => name));
  const others = Object.entries(healthy)
    .map(([selector, values]) => healthySeries(selector, values))
    .filter(({ name, labels }) => !(names.has(name) && labels.job === service));
  return [...own, ...others, ...recordedSeries(rules)];
}

function recordedSeries({ groups }: RuleFile): Generated[] {
  return groups.flatMap((group) =>
    group.rules.flatMap((rule): Generated[] => {
      if (!("record" in rule)) return [];
      const { record: name, labels = {} } = rule;
      if (/:increase(5|10)m$/.test(name)) return [{ name, labels, value: name.startsWith("slo:bad") ? 0 : 5000 }];
      if (name.endsWith(":total"))
        return pods.map((instance) => ({ name, labels: { ...labels, instance }, perSecond: name.includes("failed") ? 0 : requestsPerSecond }));
      return [];
    }),
  );
}

async function ownSeries(namespace: string, service: string): Promise<Generated[]> {
  const metrics = createMetrics("1");
  for (const route of routes) {
    for (const status_code of statuses) metrics.instruments.requestDuration.observe({ labels: { method: "GET", route, status_code }, value: 0.03 });
  }
  const lines = ["up 1", ...(await metrics.text()).split("\n")].filter((line) => line !== "" && !line.startsWith("#"));
  return lines.flatMap((line) => {
    const [, name, text = "", shown] = /^([\w:]+)(?:\{(.*)\})? (\S+)/.exec(line)!;
    const labels = labelsOf(text);
    const counter = /_(total|count|bucket|sum)$/.test(name!);
    const moves = counter ? { perSecond: labels.status_code?.startsWith("5") ? 0 : perSeries } : { value: name === started ? dayAgo() : Number(shown) };
    return pods.map((instance) => ({ name: name!, labels: { job: service, namespace, instance, pod: `${service}-${instance}`, ...labels }, ...moves }));
  });
}

const started = "process_start_time_seconds";
const dayAgo = () => Math.floor(Date.now() / 1000) - 86_400;

/** A series in promtool's notation, in which time begins at 0 and samples are a minute apart. */
function healthySeries(selector: string, values: string): Generated {
  const [, name, text] = /^([\w:]+)\{(.*)\}$/.exec(selector)!;
  const [, value, perMinute] = /^(-?\d+(?:\.\d+)?)(?:\+([\d.]+))?x/.exec(values)!;
  const labels = labelsOf(text!);
  if (perMinute !== undefined) return { name: name!, labels, perSecond: Number(perMinute) / 60 };
  const moment = /_(time|time_seconds|timestamp_seconds|created)$/.test(name!) && !/_(behind_since|oldest)_/.test(name!);
  return { name: name!, labels, value: Number(value) + (moment ? dayAgo() + 86_400 : 0) };
}

/** The labels in a selector, or in a line of an exposition. */
function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name, value!]));
}
