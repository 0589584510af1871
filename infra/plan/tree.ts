import { styleText } from "node:util";
import { chartOf, kindOf, type PlannedResource } from "./resource.ts";

interface Row {
  branch: string;
  resource: PlannedResource;
}

/** Components with what they are made of, one line each: kind, name, a chart's version, and what keeps it from being deleted. */
export function treeLines(resources: readonly PlannedResource[], colored: boolean): string[] {
  const rows = rowsBelow(undefined, resources, "");
  const width = Math.max(0, ...rows.map(({ branch, resource }) => branch.length + kindOf(resource).length));
  const longestName = Math.max(0, ...rows.map(({ resource }) => resource.name.length));
  const style = (format: Parameters<typeof styleText>[0], text: string) => (colored ? styleText(format, text, { validateStream: false }) : text);
  return rows.map(({ branch, resource }) => {
    const { custom, name, options } = resource;
    const kind = kindOf(resource).padEnd(width - branch.length);
    const chart = chartOf(resource);
    const kept = [options.protect && "protected", options.retainOnDelete && "kept"].filter(Boolean).join(", ");
    const notes = [chart && style("dim", `chart ${chart}`), kept && style("yellow", kept)].filter(Boolean).join("  ");
    return `${style("dim", branch)}${custom ? kind : style("bold", kind)}  ${notes ? `${name.padEnd(longestName)}  ${notes}` : name}`;
  });
}

function rowsBelow(parent: string | undefined, resources: readonly PlannedResource[], indent: string): Row[] {
  const children = resources.filter((resource) => resource.parent === parent).sort(byKindAndName);
  return children.flatMap((resource, index) => {
    const last = index === children.length - 1;
    const top = parent === undefined;
    const row = { branch: top ? "" : `${indent}${last ? "└─ " : "├─ "}`, resource };
    return [row, ...rowsBelow(resource.urn, resources, top ? "" : `${indent}${last ? "   " : "│  "}`)];
  });
}

/** What a component makes itself comes before the components within it. */
function byKindAndName(a: PlannedResource, b: PlannedResource): number {
  const key = (resource: PlannedResource) => `${resource.custom ? 0 : 1} ${kindOf(resource)} ${resource.name}`;
  return key(a) < key(b) ? -1 : 1;
}
