/** A line of a panel: its name, and seconds with the value then. */
export interface Line {
  name: string;
  points: [number, number][];
}

export interface Period {
  /** Seconds since 1970. */
  from: number;
  to: number;
  step: number;
}

interface Answer {
  status: string;
  error?: string;
  data?: { result: { metric: Record<string, string>; values: [number, string][] }[] };
}

/** Asks a Prometheus, as Grafana would for a panel of this period. */
export async function ask(address: string, expr: string, legend: string, period: Period): Promise<Line[]> {
  const query = new URLSearchParams({ query: expr, start: `${period.from}`, end: `${period.to}`, step: `${period.step}` });
  const response = await fetch(`${address.replace(/\/+$/, "")}/api/v1/query_range?${query}`, { signal: AbortSignal.timeout(30_000) });
  const answer = (await response.json()) as Answer;
  if (answer.status !== "success") throw new Error(`Prometheus refuses ${expr}: ${answer.error}`);
  return answer.data!.result.map(({ metric, values }) => ({
    name: legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? "").trim() || "value",
    points: values.map(([time, value]): [number, number] => [time, Number(value)]).filter(([, value]) => Number.isFinite(value)),
  }));
}

/** Fills in what Grafana fills in. The interval is four scrapes of 30 s, or more where points are further apart. */
export function filled(expr: string, variables: Record<string, string>, { step }: Period): string {
  const interval = `${Math.max(120, Math.ceil(step) + 30)}s`;
  return Object.entries({ ...variables, __rate_interval: interval }).reduce((text, [name, value]) => text.replaceAll(`$${name}`, value), expr);
}
