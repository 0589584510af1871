import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RuleGroup } from "../../infra/components/prometheus/rule.ts";
import { planStack } from "../../infra/plan/plan.ts";
import type { Manifest } from "../../infra/plan/resource.ts";
import { titleOf } from "../e2e/live/fault.ts";
import { noSubject } from "../e2e/live/no-subject.ts";
import { panelQueriesIn } from "../e2e/live/panels.ts";
import { quiet, unavailable } from "../e2e/live/quiet.ts";
import { rounds } from "../e2e/live/rounds.ts";
import { missing, unitCases } from "../e2e/live/tables.ts";

const { resources } = await planStack("dev");
const manifests = resources.flatMap(({ manifest }): Manifest[] => (manifest ? [manifest] : []));
const queries = panelQueriesIn(manifests as { data?: Record<string, string> }[], { namespace: "links-dev", service: "links" });
const alerts = manifests
  .filter(({ kind }) => kind === "PrometheusRule")
  .flatMap(({ spec }): RuleGroup[] => spec.groups)
  .flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [titleOf({ alertname: rule.alert, ...rule.labels })] : [])));

const others = noSubject.flatMap((one) => one.alerts);
const provable = alerts.filter((title) => !others.includes(title)).sort();

/** Rows of a page's first table, without its head. */
function rows(page: string): string[][] {
  const [text = ""] = readFileSync(join(import.meta.dirname, "../../docs/proof", page), "utf8").split("\n## ");
  const lines = text.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) =>
    line
      .slice(2, -2)
      .split(/ (?<!\\)\| /)
      .map((cell) => cell.replaceAll("\\|", "|")),
  );
}

const again = "run `npm run proof` and commit docs/proof";

test("every alert of the stack stands in the table, fired and told", () => {
  const proved = rows("alerts.md").filter(([, fires, , live, , , told]) => fires && live && live !== missing && told);
  expect(proved.map(([title]) => title).sort(), again).toEqual(provable);
});

test("every query of every panel stands in the table, answered", () => {
  const proved = rows("panels.md").filter(([, , , , answered]) => answered && answered !== missing);
  const nameOf = (dashboard: string, panel: string, query: string) => [dashboard, panel, query].join(" / ");
  expect(proved.map(([dashboard, panel, query]) => nameOf(dashboard!, panel!, query!)).sort(), again).toEqual(
    queries.map(({ dashboard, panel, query }) => nameOf(dashboard, panel, query)).sort(),
  );
});

test("every alert has a fault, and every fault's alerts exist", () => {
  const faulted = rounds.flatMap(({ faults }) => faults.flatMap((fault) => fault.alerts));
  expect([...new Set(faulted)].sort()).toEqual(provable);
});

test("every alert that the library has has a fault, or a reason why it has none", () => {
  expect([...provable, ...others].sort()).toEqual([...unitCases().keys()].sort());
});

test("what is quiet or not available is a panel that exists, under a fault that exists", () => {
  const faults = new Set(rounds.flatMap((round) => round.faults.map(({ name }) => name)));
  const panels = new Set(queries.map(({ dashboard, panel }) => `${dashboard} / ${panel}`));
  expect([...quiet, ...unavailable].map(({ dashboard, panel }) => `${dashboard} / ${panel}`).filter((name) => !panels.has(name))).toEqual([]);
  expect(quiet.filter(({ fault }) => !faults.has(fault))).toEqual([]);
});
