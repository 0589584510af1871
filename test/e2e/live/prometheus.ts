/** One series of an answer: its labels and its values, the newest last. */
export interface Series {
  metric: Record<string, string>;
  values: [seconds: number, value: string][];
}

export interface ActiveAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: "pending" | "firing";
}

/** Prometheus's HTTP API, as far as the proofs ask it. */
export class Prometheus {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  async range(query: string, seconds: number, step: number): Promise<Series[]> {
    const end = Math.floor(Date.now() / 1000);
    const { result } = await this.#ask<{ result: Series[] }>("query_range", { query, start: `${end - seconds}`, end: `${end}`, step: `${step}` });
    return result;
  }

  async instant(query: string): Promise<Series[]> {
    const { result } = await this.#ask<{ result: { metric: Series["metric"]; value: Series["values"][number] }[] }>("query", { query });
    return result.map(({ metric, value }) => ({ metric, values: [value] }));
  }

  /** Label sets of the series that any of the selectors has touched in the last seconds. */
  series(selectors: readonly string[], seconds: number): Promise<Record<string, string>[]> {
    const end = Math.floor(Date.now() / 1000);
    return this.#ask("series", { "match[]": [...selectors], start: `${end - seconds}`, end: `${end}` });
  }

  async metadata(): Promise<Record<string, { type: string; help: string; unit: string }[]>> {
    return this.#ask("metadata", {});
  }

  async alerts(): Promise<ActiveAlert[]> {
    return (await this.#ask<{ alerts: ActiveAlert[] }>("alerts", {})).alerts;
  }

  async ruleGroups(): Promise<string[]> {
    return (await this.#ask<{ groups: { name: string }[] }>("rules", {})).groups.map(({ name }) => name);
  }

  async scrapeIntervals(namespace: string): Promise<Record<string, string>> {
    const { activeTargets } = await this.#ask<{ activeTargets: { labels: Record<string, string>; scrapeInterval: string }[] }>("targets", { state: "active" });
    return Object.fromEntries(
      activeTargets.filter(({ labels }) => labels.namespace === namespace).map(({ labels, scrapeInterval }) => [labels.job, scrapeInterval]),
    );
  }

  async #ask<T>(path: string, parameters: Record<string, string | string[]>): Promise<T> {
    const body = new URLSearchParams(Object.entries(parameters).flatMap(([key, value]) => [value].flat().map((one): [string, string] => [key, one])));
    const onlyGet = ["alerts", "rules", "targets", "metadata"].includes(path);
    const response = onlyGet
      ? await fetch(`${this.address}/api/v1/${path}?${body}`, { signal: AbortSignal.timeout(10_000) })
      : await fetch(`${this.address}/api/v1/${path}`, { method: "POST", body, signal: AbortSignal.timeout(20_000) });
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    if (answer.status !== "success") throw new Error(`Prometheus refuses ${path} ${body.get("query") ?? ""}: ${answer.error}`);
    return answer.data;
  }
}
