import { lines, type Made, numbers } from "./panel.ts";
import { ofService, rate } from "./query.ts";

/** Those the service depends on, as it meets them itself. */
export function dependencies(): Made[] {
  return [
    numbers({
      title: "Dependencies",
      description: "1 when at least one pod reaches it. Without Postgres no pod is ready; without Redis the service answers, slower.",
      unit: "short",
      queries: { "{{dependency}}": `max by (dependency) (dependency_up${ofService()})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["AppDependencyDown"],
    }),
    lines({
      title: "Circuit breakers",
      description: "The pod that is worst off: 0 closed, 1 trying again, 2 open. While it is open the dependency is not asked, and requests answer without it.",
      unit: "short",
      queries: { "{{name}}": `max by (name) (circuit_breaker_state${ofService()})` },
      limits: [{ value: 2, color: "red" }],
      max: 2,
      alerts: ["AppCircuitBreakerOpen"],
    }),
    lines({
      title: "Calls through circuit breakers",
      description: "Calls per second by outcome. Rejected ones were not tried, since too many had failed.",
      unit: "ops",
      queries: { "{{name}} {{outcome}}": `sum by (name, outcome) (${rate(`circuit_breaker_calls_total${ofService()}`)})` },
      noValue: "no calls",
    }),
  ];
}
