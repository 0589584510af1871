/** One sample, by the metric's name. Labels whose value is undefined are left out. */
export interface Sample {
  name: string;
  labels: Record<string, string | undefined>;
  value: number;
}

/** What an object has under a path is as the API server gives it. */
// biome-ignore lint/suspicious/noExplicitAny: objects of a dozen kinds; a wrong path shows as a missing series.
export type ApiObject = any;

export function sample(name: string, labels: Sample["labels"], value: number | boolean | undefined | null): Sample[] {
  return value === undefined || value === null || Number.isNaN(Number(value)) ? [] : [{ name, labels, value: Number(value) }];
}

/** A time of the API as seconds since 1970. */
export const seconds = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time) / 1000);

/** The three series of a condition, one for each status it may have. */
export function condition(name: string, labels: Sample["labels"], status: string): Sample[] {
  return ["true", "false", "unknown"].flatMap((one) => sample(name, { ...labels, condition: labels.condition, status: one }, status.toLowerCase() === one));
}

/** A quantity of Kubernetes as a number of its base unit. */
export function quantity(text: string): number {
  const [, digits, unit = ""] = /^([\d.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  const factors: Record<string, number> = { "": 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
  return Number(digits) * (factors[unit] ?? Number.NaN);
}

/** Prometheus's text format; all samples of a name stand together, as it asks for. */
export function exposition(samples: readonly Sample[]): string {
  const byName = Map.groupBy(samples, ({ name }) => name);
  const lines = [...byName].flatMap(([name, ones]) => [`# TYPE ${name} ${name.endsWith("_total") ? "counter" : "gauge"}`, ...ones.map(line)]);
  return `${lines.join("\n")}\n`;
}

function line({ name, labels, value }: Sample): string {
  const parts = Object.entries(labels).flatMap(([label, text]) => (text === undefined ? [] : [`${label}=${JSON.stringify(text)}`]));
  return `${name}{${parts.join(",")}} ${value}`;
}
