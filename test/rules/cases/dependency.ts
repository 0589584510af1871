import { app, cases, proofs, worker } from "./case.ts";

const redis = (instance: string) => app("dependency_up", { dependency: "redis-state", instance });
const breaker = (values: string, instance = "a") => ({ [app("circuit_breaker_state", { name: "redis-state", instance })]: values });
const up = { [app("up")]: "1x60" };
const exported = app("tracing_spans_exported_total");
const dropped = (reason: string) => app("tracing_spans_dropped_total", { reason });

export const dependencyCases = [
  ...cases("AppDependencyDown", [
    { situation: "no pod reaches it", fires: true, series: { [redis("a")]: "0x20", [redis("b")]: "0x20" } },
    { situation: "the worker, which alone needs it, does not reach it", fires: true, series: { [worker("dependency_up", { dependency: "mail" })]: "0x20" } },
    { situation: "one of two pods reaches it", fires: false, series: { [redis("a")]: "0x20", [redis("b")]: "1x20" } },
    { situation: "it restarts for two minutes", fires: false, series: { [redis("a")]: "1x3 0x1 1x20" }, at: "5m" },
    { situation: "no pod reports any", fires: false, series: up, proves: proofs.absent },
  ]),
  ...cases(
    "AppCircuitBreakerOpen",
    [
      { situation: "open, with a try every half minute", fires: true, series: breaker("0x5 2 1 2 2 1 2 2 1 2 2 1 2 2 1 2 2 1 2") },
      { situation: "open in one of two pods", fires: true, series: { ...breaker("2x30", "a"), ...breaker("0x30", "b") } },
      { situation: "open for a minute", fires: false, series: breaker("0x12 2x1 0x20") },
      { situation: "half-open and then closed", fires: false, series: breaker("1x3 0x30") },
      { situation: "the pod with the open one was replaced", fires: false, series: { ...breaker("2x8 stale", "a"), ...breaker("_x9 0x30", "b") } },
      { situation: "a service without breakers", fires: false, series: up, proves: proofs.absent },
    ],
    { at: "15m" },
  ),
  ...cases(
    "AppTracesDropped",
    [
      { situation: "the collector is away", fires: true, series: { ...up, [exported]: "0+600x5 3600x55", [dropped("export")]: "0x5 0+600x54" } },
      { situation: "never reached, by a pod that has exported nothing", fires: true, series: { ...up, [dropped("export")]: "0+600x60" } },
      {
        situation: "6 % are dropped, for two reasons",
        fires: true,
        series: { ...up, [exported]: "0+94x60", [dropped("export")]: "0+3x60", [dropped("full")]: "0+3x60" },
      },
      { situation: "4 % are dropped", fires: false, series: { ...up, [exported]: "0+96x60", [dropped("full")]: "0+4x60" } },
      {
        situation: "the collector restarts for two minutes",
        fires: false,
        at: "35m",
        series: { ...up, [exported]: "0+600x30 18000x1 18000+600x30", [dropped("export")]: "0x30 600x1 1200x30" },
      },
      {
        situation: "the pod restarts, and its counts begin at 0",
        fires: false,
        series: { ...up, [exported]: "9000+600x20 0+600x40", [dropped("export")]: "5000x20 0x40" },
        proves: proofs.reset,
      },
      { situation: "a service without traces", fires: false, series: up, proves: proofs.absent },
    ],
    { at: "30m" },
  ),
];
