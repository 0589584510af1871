import type { Fault } from "./fault.ts";
import { titleOf } from "./fault.ts";
import type { Prometheus } from "./prometheus.ts";
import { quickService } from "./quick.ts";

/** Looks once a second which of the quick alerts fire. */
export class Watch {
  readonly #prometheus: Prometheus;
  readonly #service: string;

  constructor(prometheus: Prometheus, service: string) {
    this.#prometheus = prometheus;
    this.#service = quickService(service);
  }

  async firing(): Promise<Set<string>> {
    const alerts = await this.#prometheus.alerts();
    return new Set(alerts.filter(({ labels, state }) => labels.service === this.#service && state === "firing").map(({ labels }) => titleOf(labels)));
  }

  /** Waits for the alerts of faults that have just begun; gives after how many seconds each fired, and leaves out what did not. */
  async until(faults: readonly Fault[], seconds: number): Promise<Map<string, number>> {
    const started = Date.now();
    const wanted = new Set(faults.flatMap(({ alerts }) => alerts));
    const after = new Map<string, number>();
    while (after.size < wanted.size && Date.now() < started + seconds * 1000) {
      const firing = await this.firing();
      for (const title of wanted) if (firing.has(title) && !after.has(title)) after.set(title, Math.round((Date.now() - started) / 1000));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    return after;
  }
}
