import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createMetrics } from "../metrics/metrics.ts";
import { CircuitOpen, createCircuit } from "./circuit.ts";

class Outage extends Error {}

function dependency(failures: number) {
  const state = { up: true, calls: 0, probes: 0 };
  const { instruments } = createMetrics("test");
  const answer = async () => {
    if (!state.up) throw new Outage("away");
    return "answer";
  };
  const circuit = createCircuit({
    name: "test",
    failures,
    isOutage: (error) => error instanceof Outage,
    probe: () => {
      state.probes++;
      return answer();
    },
    instruments,
  });
  const call = () =>
    circuit.run(() => {
      state.calls++;
      return answer();
    });
  /** Values by their labels beyond the name. */
  const counted = async (metric: "circuitBreakerCalls" | "circuitBreakerTransitions") =>
    Object.fromEntries((await instruments[metric].get()).values.map(({ labels: { name: _, ...labels }, value }) => [Object.values(labels)[0], value]));
  return { state, circuit, call, counted, shown: async () => (await instruments.circuitBreakerState.get()).values[0]?.value };
}

describe("circuit", () => {
  it("opens after so many failures in a row, and then refuses without a call", async () => {
    const { state, circuit, call, shown } = dependency(3);
    state.up = false;
    for (let attempt = 0; attempt < 3; attempt++) await expect(call()).rejects.toThrow(Outage);
    for (let attempt = 0; attempt < 50; attempt++) await expect(call()).rejects.toThrow(CircuitOpen);
    expect(state.calls).toBe(3);
    expect(await shown()).toBe(2);
    circuit.stop();
  });

  it("closes by its own probes: no request pays for finding out", async () => {
    const { state, circuit, call, shown } = dependency(1);
    state.up = false;
    await expect(call()).rejects.toThrow(Outage);
    await sleep(500);
    expect(state.probes).toBeGreaterThan(0);
    expect(circuit.open).toBe(true);
    state.up = true;
    await expect.poll(() => circuit.open, { timeout: 20_000 }).toBe(false);
    expect(state.calls).toBe(1);
    expect(await call()).toBe("answer");
    expect(await shown()).toBe(0);
    circuit.stop();
  });

  it("takes no error of a request for an outage, and a success for the end of a row", async () => {
    const { state, circuit, call } = dependency(2);
    for (let attempt = 0; attempt < 5; attempt++) await expect(circuit.run(() => Promise.reject(new Error("bad request")))).rejects.toThrow("bad request");
    for (let attempt = 0; attempt < 5; attempt++) {
      state.up = false;
      await expect(call()).rejects.toThrow(Outage);
      state.up = true;
      await call();
    }
    expect(circuit.open).toBe(false);
    circuit.stop();
  });

  it("counts calls by outcome, a refused request as a success and no probe at all", async () => {
    const { state, circuit, call, counted } = dependency(2);
    expect(await counted("circuitBreakerCalls")).toEqual({ success: 0, failure: 0, rejected: 0 });
    await call();
    await expect(circuit.run(() => Promise.reject(new Error("bad request")))).rejects.toThrow("bad request");
    state.up = false;
    for (let attempt = 0; attempt < 5; attempt++) await call().catch(() => {});
    await expect.poll(() => state.probes).toBeGreaterThan(0);
    expect(await counted("circuitBreakerCalls")).toEqual({ success: 2, failure: 2, rejected: 3 });
    circuit.stop();
  });

  it("counts each change of state, by the state after it", async () => {
    const { state, circuit, call, counted } = dependency(1);
    expect(await counted("circuitBreakerTransitions")).toEqual({ closed: 0, "half-open": 0, open: 0 });
    state.up = false;
    await call().catch(() => {});
    expect(await counted("circuitBreakerTransitions")).toEqual({ closed: 0, "half-open": 0, open: 1 });
    state.up = true;
    await expect.poll(() => circuit.open, { timeout: 20_000 }).toBe(false);
    expect(await counted("circuitBreakerTransitions")).toEqual({ closed: 1, "half-open": 1, open: 1 });
    circuit.stop();
  });

  it("probes no more once stopped", async () => {
    const { state, circuit, call } = dependency(1);
    state.up = false;
    await expect(call()).rejects.toThrow(Outage);
    circuit.stop();
    await sleep(400);
    expect(state.probes).toBe(0);
  });
});
