import { createRequire } from "node:module";
import type { LRParser } from "@lezer/lr";

/** What a text says as PromQL. */
export interface PromqlReading {
  /** Where the grammar breaks, as the number of characters before it; undefined in a sound expression. */
  brokenAt?: number;
  /** Names of the metrics that are selected, once each. */
  metrics: string[];
}

/** Reads an expression with the grammar of Prometheus's own editor. */
export function readPromql(expression: string): PromqlReading {
  const metrics = new Set<string>();
  let brokenAt: number | undefined;
  parser()
    .parse(expression)
    .iterate({
      enter(node) {
        if (node.type.isError) brokenAt ??= node.from;
        if (node.name === "Identifier" && node.node.parent?.name === "VectorSelector") metrics.add(expression.slice(node.from, node.to));
      },
    });
  return { ...(brokenAt !== undefined && { brokenAt }), metrics: [...metrics] };
}

/** Loaded at the first use: a plan whose stack has no expression of its own need not wait for it. */
function parser(): LRParser {
  return (createRequire(import.meta.url)("@prometheus-io/lezer-promql") as { parser: LRParser }).parser;
}
