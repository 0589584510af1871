import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, expect, test } from "vitest";
import { everything, type Panel, read } from "./example.ts";

/** Inside the workspace, so that the SDK is found from there. */
const folder = mkdtempSync(join(import.meta.dirname, ".schema-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sdk = "@grafana/grafana-foundation-sdk";
/** The SDK's types as JSON: an enum by its values, functions left out, and the thresholds' minus infinity as Grafana writes it. */
const head = `
import type { Dashboard } from "${sdk}/dashboard";
import type * as stat from "${sdk}/stat";
import type * as timeseries from "${sdk}/timeseries";
import type * as logs from "${sdk}/logs";
import type * as prometheus from "${sdk}/prometheus";
import type * as loki from "${sdk}/loki";
type Json<T> = T extends string ? \`\${T}\` : T extends readonly (infer U)[] ? Json<U>[] : T extends object
  ? { [K in keyof T as T[K] extends Function ? never : K]: K extends "steps" ? { value: number | null; color: string }[]
    : K extends "targets" ? unknown[] : Json<T[K]> }
  : T;
`;
const optionsOf = { stat: "stat.Options", timeseries: "timeseries.Options", logs: "logs.Options" } as Record<string, string>;

/** What TypeScript says about the JSON, unknown fields included. */
function mistakes(dashboards: object[]): string[] {
  const panels = dashboards.flatMap((dashboard) => (dashboard as { panels: Panel[] }).panels.filter(({ type }) => type !== "row"));
  const typed = (value: unknown, type: string, index: number, name: string) => `const ${name}${index}: Json<${type}> = ${JSON.stringify(value)};`;
  const lines = [
    ...dashboards.map((dashboard, index) => typed(dashboard, "Dashboard", index, "dashboard")),
    ...panels.map(({ options, type }, index) => typed(options, optionsOf[type] ?? `"no type for ${type}"`, index, "options")),
    ...panels
      .flatMap(({ targets }) => targets)
      .map((target, index) => typed(target, `${target.datasource.type}.${target.datasource.type === "loki" ? "dataquery" : "Dataquery"}`, index, "target")),
    ...panels
      .map(({ fieldConfig }) => (fieldConfig.defaults as { custom?: object }).custom)
      .filter((custom) => custom !== undefined)
      .map((custom, index) => typed(custom, "timeseries.FieldConfig", index, "custom")),
  ];
  const file = join(folder, "dashboards.ts");
  writeFileSync(file, `${head}${lines.join("\n")}`);
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

const dashboards = read(everything);

test("every field of the JSON is one that the SDK's release of Grafana's schema has", () => {
  expect(mistakes(dashboards)).toEqual([]);
  for (const dashboard of dashboards) expect((dashboard as { schemaVersion?: number }).schemaVersion).toBe(42);
});

test("a field or a panel that it has not is seen", () => {
  const [first] = dashboards;
  const { panels } = first!;
  const broken = { ...first, colour: "red", panels: [panels[0], { ...panels[1], type: "graph" }] };
  expect(mistakes([broken]).join("\n")).toMatch(/colour"?' does not exist[\s\S]*no type for graph/);
});
