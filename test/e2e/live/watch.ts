import { expect } from "vitest";
import { eventually } from "../kubernetes.ts";
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

  /** Waits until none of the faults' alerts fires any more, of an earlier fault: it would prove nothing. Nor may a page before tickets: it would hold them back. */
  async quietFor(faults: readonly Fault[], seconds: number): Promise<void> {
    const titles = faults.flatMap(({ alerts, always }) => (always ? [] : alerts));
    const pages = (title: string) => title.split(" ").includes("critical");
    await eventually("the alerts of the next faults are silent, and so are pages before tickets", seconds, async () => {
      const firing = [...(await this.firing())];
      expect(firing.filter((title) => titles.includes(title) || (!titles.some(pages) && pages(title)))).toEqual([]);
      return true;
    });
  }

  /** Waits for the alerts of faults that began at a time; gives after how many seconds each was seen to fire, and leaves out what was not. */
  async until(faults: readonly Fault[], began: number, patience: number): Promise<Map<string, number>> {
    const wanted = new Set(faults.flatMap(({ alerts }) => alerts));
    const after = new Map<string, number>();
    for (const end = Date.now() + patience * 1000; after.size < wanted.size && Date.now() < end; ) {
      const firing = await this.firing();
      for (const title of wanted) if (firing.has(title) && !after.has(title)) after.set(title, Math.round((Date.now() - began) / 1000));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    return after;
  }
}
