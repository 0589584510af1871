import { type Comparison, changeKinds, countOf, lossText } from "./comparison.ts";
import type { FileChange } from "./difference.ts";

/** GitHub takes 65,536 characters in a comment; the rest is for what a workflow may add. */
export const longestComment = 60_000;
/** One file's share, so that a dashboard doesn't push everything else out. */
const longestDiff = 8_000;

/** First line of a comment, by which a workflow finds the one it wrote before. */
export const marker = (stack: string) => `<!-- slipway plan ${stack} -->`;

/** The comparison as a comment for a pull request: what matters first, never cut in the middle of a block. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { stack, against, problem, changes } = comparison;
  const head = [
    marker(stack),
    `### Plan of \`${stack}\`: ${changes.length === 0 ? "no difference" : summary(changes)}`,
    "",
    ...(problem ? [`> \`${against}\` can't be planned, so everything shows as new.`, "", fenced("", problem.slice(0, longestDiff)), ""] : []),
    ...lossTable(changes),
    ...(changes.length > 0 ? kindTable(changes) : [`Every resource is as in \`${against}\`.`, ""]),
    "",
  ].join("\n");
  const foot = `\nMade offline by \`npm run plan -- --stack ${stack} --against ${against}\`: no cluster was asked, and no secret is in it.\n`;
  // Of what is all new, the table says enough.
  return head + (problem ? "" : details(changes, longestComment - head.length - foot.length)) + foot;
}

/** A mistake that keeps a stack from being planned, as a comment. */
export function mistakeMarkdown(stack: string, message: string): string {
  return `${marker(stack)}\n### Plan of \`${stack}\`: failed\n\n${fenced("", message.slice(0, longestComment - 1_000))}\n`;
}

function summary(changes: readonly FileChange[]): string {
  const counts = changeKinds.filter((kind) => countOf(changes, kind) > 0).map((kind) => `${countOf(changes, kind)} ${kind}`);
  return counts.join(", ");
}

function lossTable(changes: readonly FileChange[]): string[] {
  const losses = changes.flatMap(({ path, loss }) => (loss ? [`> - \`${path}\` is ${lossText(loss)}`] : []));
  if (losses.length === 0) return [];
  return ["> [!CAUTION]", "> An update would lose data, or make anew what others rely on:", ...shortened(losses, 20), ""];
}

function shortened(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `> - and ${lines.length - most} more`];
}

/** Added, changed and removed by component. */
function kindTable(changes: readonly FileChange[]): string[] {
  const components = [...new Set(changes.map(({ path }) => componentOf(path)))].sort();
  const row = (component: string) => {
    const own = changes.filter(({ path }) => componentOf(path) === component);
    return `| ${component} | ${changeKinds.map((kind) => countOf(own, kind) || "").join(" | ")} |`;
  };
  const rows = components.map(row);
  const shown = rows.length <= 100 ? rows : [...rows.slice(0, 100), `| and ${rows.length - 100} more components | | | |`];
  return [`| component | ${changeKinds.join(" | ")} |`, "|---|--:|--:|--:|", ...shown, ""];
}

const componentOf = (path: string) => (path.includes("/") ? path.split("/").slice(0, -1).join("/") : "(stack)");

/** Losses first, then changes, then what is new or gone; as many as there is room for. */
function details(changes: readonly FileChange[], room: number): string {
  const weight = ({ change, loss }: FileChange) => (loss ? 0 : change === "changed" ? 1 : change === "removed" ? 2 : 3);
  const ordered = [...changes].sort((a, b) => weight(a) - weight(b));
  const rest = (count: number) => `\nAnd ${count} more, for which there is no room here.\n`;
  let text = "";
  for (const [index, change] of ordered.entries()) {
    const block = detail(change);
    if (text.length + block.length + rest(ordered.length).length > room) return text + rest(ordered.length - index);
    text += block;
  }
  return text;
}

function detail({ path, change, diff, loss }: FileChange): string {
  const shown = diff.length <= longestDiff ? diff : diff.slice(0, diff.lastIndexOf("\n", longestDiff));
  const cut = diff.length - shown.length;
  const block = `${fenced("diff", shown)}\n${cut > 0 ? `\n${diff.slice(shown.length).trim().split("\n").length} more lines.\n` : ""}`;
  return `<details><summary>${loss ? "⚠️ " : ""}${change}: ${escaped(path)}</summary>\n\n${block}\n</details>\n`;
}

/** A fence longer than any in the text, which would end the block otherwise. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
