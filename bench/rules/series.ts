import { createMetrics } from "../../app/src/metrics/metrics.ts";
import type { RuleFile } from "../../infra/components/prometheus/rule.ts";

const pods = ["a", "b", "c"];
const routes = ["/:slug", "/v1/links", "/v1/links/:slug", "/healthz", "unmatched", "/v1/links/:slug/live"];
const statuses = ["200", "302", "404", "429", "500"];

/** A series and how it moves: a counter rises by about its rate each second, a gauge stays. */
export interface Generated {
  name: string;
  labels: Record<string, string>;
  perSecond?: number;
  value?: number;
}

/** Everything that one service under load shows: its own registry with all routes, and what the rules read of others, by their selectors. */
export async function serviceSeries(rules: RuleFile, { namespace, service }: { namespace: string; service: string }): Promise<Generated[]> {
  const own = await ownSeries(namespace, service);
  const names = new Set(own.map(({ name }) => name));
  const others = rules.groups
    .flatMap((group) => group.rules.flatMap(({ expr }) => [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)]))
    .filter(([, name]) => !names.has(name!) && !name!.startsWith("slo:"))
    .map(([, name, labels]): Generated => ({ name: name!, labels: labelsOf(labels!), ...(name!.endsWith("_total") ? { perSecond: 1 } : { value: 1 }) }));
  const recorded = rules.groups
    .flatMap((group) => group.rules)
    .flatMap((rule): Generated[] => ("record" in rule && /increase(5|10)m$/.test(rule.record) ? [{ name: rule.record, labels: rule.labels!, value: 5 }] : []));
  const unique = new Map([...own, ...others, ...recorded].map((series) => [`${series.name}${JSON.stringify(series.labels)}`, series]));
  return [...unique.values()];
}

async function ownSeries(namespace: string, service: string): Promise<Generated[]> {
  const metrics = createMetrics("1");
  for (const route of routes) {
    for (const status_code of statuses) metrics.instruments.requestDuration.observe({ labels: { method: "GET", route, status_code }, value: 0.03 });
  }
  const lines = (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.flatMap((line) => {
    const [, name, labels = ""] = /^([\w:]+)(?:\{(.*)\})? /.exec(line)!;
    const moves = /_(total|count|bucket|sum)$/.test(name!) ? { perSecond: 0.5 } : { value: 1 };
    return [
      ...pods.map((instance) => ({ name: name!, labels: { job: service, namespace, instance, pod: `${service}-${instance}`, ...labelsOf(labels) }, ...moves })),
    ];
  });
}

/** Labels that a selector, or a line of an exposition, compares for equality; of a pattern the first alternative. */
function labelsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(\w+)(=~?)"((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(pairs.map(([, name, how, value]) => [name, how === "=~" ? value!.split("|")[0]!.replaceAll(/[.*?\\]+/g, "") || "x" : value!]));
}
