import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { alertsOf } from "../rules/subject.ts";
import { eventually } from "./kubernetes.ts";
import { exceptions } from "./live/exceptions.ts";
import { users } from "./live/faults/traffic.ts";
import { panelQueries } from "./live/panels.ts";
import { Prometheus } from "./live/prometheus.ts";
import { Proofs } from "./live/proofs.ts";
import { quickService } from "./live/quick.ts";
import { rounds } from "./live/rounds.ts";
import { applyQuickRules, clearStage, holdReplicas, setStage, stackRules } from "./live/stage.ts";
import { Watch } from "./live/watch.ts";
import { seconds } from "./load.ts";
import type { Receivers } from "./receivers/receivers.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { prometheus: address } = stack.cluster;

describe.skipIf(!address)("alerts and panels on the running stack (address of Prometheus in SLIPWAY_E2E_PROMETHEUS)", () => {
  const prometheus = new Prometheus(address!);
  const watch = new Watch(prometheus, stack.service);
  const proofs = new Proofs(prometheus);
  const started = Date.now();
  let receivers: Receivers;

  beforeAll(async () => {
    // Whoever sends no spans can lose none, so the alert of lost ones has nothing to watch.
    await stack.ensureUp({ "slipway:tracing": undefined });
    await holdReplicas(stack);
    await users.start(stack);
    receivers = await setStage(stack, prometheus);
    proofs.expect(alertsOf(await stackRules(stack)), await panelQueries(stack));
  });
  afterEach(() => proofs.write(stack.folder));
  afterAll(async () => {
    await users.stop();
    await clearStage(stack);
    stack.note("alerts and panels on live data", `${Math.round((Date.now() - started) / 1000)} s`);
  });

  test("every panel has data under load, but those that are quiet on purpose", async () => {
    await seconds(20)();
    await proofs.askPanels(undefined);
    expect(proofs.emptyPanels()).toEqual([]);
    expect(proofs.greedyPanels()).toEqual([]);
  });

  test.each(rounds)("$name: every alert of its faults fires, and its quiet panels have data", async ({ faults }) => {
    await watch.quietFor(faults, 150);
    const began = Date.now();
    const begun = await Promise.allSettled(faults.map((fault) => fault.start(stack)));
    const mends = begun.flatMap((fault) => (fault.status === "fulfilled" ? [fault.value] : []));
    try {
      expect(reasonsOf(begun)).toEqual([]);
      proofs.fired(faults, await watch.until(faults, began, 150));
      for (const fault of faults) await proofs.askPanels(fault.name);
      // Alertmanager waits a second before it tells, and Prometheus up to a second before it tells Alertmanager.
      await seconds(4)();
    } finally {
      expect(reasonsOf(await Promise.allSettled(mends.map((mend) => mend())))).toEqual([]);
    }
    expect(proofs.silentUnder(faults)).toEqual([]);
  });

  test("when all is mended, nothing fires but the sign of life", async () => {
    await applyQuickRules(stack, pacesOf(exceptions));
    await eventually("all is silent", 480, async () => {
      expect([...(await watch.firing())]).toEqual(["Watchdog info"]);
      return true;
    });
  });

  test("every alert has fired, and somebody was told", async () => {
    proofs.told(await receivers.received(), quickService(stack.service));
    expect(proofs.unprovedAlerts()).toEqual([]);
  });

  test("every panel has had data", async () => {
    await proofs.askPanels(undefined);
    expect(proofs.unprovedPanels()).toEqual([]);
  });
});

const reasonsOf = (results: PromiseSettledResult<unknown>[]) => results.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));

/** Only how quick: with their own numbers, what was lowered must be silent too. */
function pacesOf(all: typeof exceptions): typeof exceptions {
  return Object.fromEntries(Object.entries(all).flatMap(([alert, { pace }]) => (pace ? [[alert, { pace }]] : [])));
}
