import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Loss, lossOf } from "./loss.ts";

export type Change = "added" | "changed" | "removed";

export interface FileChange {
  /** Path below the stack's folder. */
  path: string;
  change: Change;
  /** A unified diff without its file header. */
  diff: string;
  /** What an update would lose by it. */
  loss?: Loss;
}

/** Compares the files of two plans, sorted by path. A folder that isn't there counts as empty. */
export function differences(before: string, after: string): FileChange[] {
  const [old, now] = [filesIn(before), filesIn(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was === is) return [];
    const change: Change = was === undefined ? "added" : is === undefined ? "removed" : "changed";
    const diff = change === "changed" ? unifiedDiff(join(before, path), join(after, path)) : wholeFile(was ?? is!, change === "added" ? "+" : "-");
    return { path, change, diff, loss: lossOf(was && parse(was), is && parse(is)) };
  });
}

function filesIn(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

function wholeFile(text: string, sign: string): string {
  return text.trimEnd().replaceAll(/^/gm, sign);
}

/** By git, which is here whenever there is another revision. Its settings may color or hand over to another tool, so they are overruled. */
function unifiedDiff(before: string, after: string): string {
  const { stdout, status, stderr } = spawnSync("git", ["diff", "--no-index", "--no-color", "--no-ext-diff", "--unified=3", "--", before, after], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  // 1 is how it says that the two differ.
  if (status !== 1) throw new Error(`git diff of ${after} failed: ${stderr}`);
  return stdout.slice(stdout.indexOf("\n@@") + 1).trimEnd();
}
