import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { folderName, type PlannedStack } from "./project.ts";

/** Longest time that another revision's plan may take. */
const patienceSeconds = 120;

/** Folder with the files of another revision's plan, or why there is none. */
export interface OtherPlan {
  folder: string;
  problem?: string;
}

/**
 * Plans another revision of this repository by its own code, in a checkout of its own that shares the installed packages, and hands the files over.
 * The checkout is gone afterwards, however that ends.
 */
export async function withPlanOf<T>(repository: string, ref: string, of: PlannedStack, use: (other: OtherPlan) => T): Promise<T> {
  const commit = git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  if (commit === undefined) {
    throw new pulumi.RunError(
      `--against ${ref}: git knows no such revision here. Name a branch, tag or commit, and fetch it before: git fetch origin ${ref.replace(/^origin\//, "")}.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "slipway-against-"));
  const checkout = join(folder, "checkout");
  const child: { stop?: () => void } = {};
  const remove = () => {
    child.stop?.();
    git(repository, "worktree", "remove", "--force", checkout);
    rmSync(folder, { recursive: true, force: true });
  };
  // Ctrl-C would leave a checkout that git takes for one in use.
  const interrupted = (signal: NodeJS.Signals) => {
    remove();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    if (git(repository, "worktree", "add", "--detach", checkout, commit) === undefined)
      return use({ folder: join(folder, "none"), problem: "git can't check it out" });
    linkPackages(repository, checkout);
    const out = join(folder, "plan");
    const problem = await planThere(checkout, of, out, child);
    return use({ folder: join(out, folderName(of)), problem });
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    remove();
  }
}

/** The output of git without the last line break; undefined when it fails. */
function git(repository: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync("git", ["-C", repository, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout.trim() : undefined;
}

/** Packages from the registry are shared; the repository's own must be the other revision's, or their changes would not show. */
function linkPackages(repository: string, checkout: string): void {
  const [from, to] = [join(repository, "node_modules"), join(checkout, "node_modules")];
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const target = lstatSync(join(from, name)).isSymbolicLink() ? readlinkSync(join(from, name)) : join(from, name);
    symlinkSync(isAbsolute(target) ? target : join(to, target), join(to, name));
  }
}

/** Runs the other revision's own plan; returns why it failed. */
async function planThere(checkout: string, { stack, project }: PlannedStack, out: string, child: { stop?: () => void }): Promise<string | undefined> {
  const cli = join(checkout, "infra", "plan", "cli.ts");
  if (!existsSync(cli)) return "it has no offline plan yet";
  const which = ["--stack", stack, ...(project === undefined ? [] : ["--project", project])];
  const running = spawn(process.execPath, [cli, ...which, "--out", out], { cwd: checkout, stdio: ["ignore", "ignore", "pipe"] });
  child.stop = () => running.kill();
  const late = setTimeout(() => running.kill(), patienceSeconds * 1000);
  let errors = "";
  running.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve) => running.once("close", resolve));
  clearTimeout(late);
  child.stop = undefined;
  if (code === 0) return undefined;
  if (code === null) return `its plan did not end within ${patienceSeconds} s`;
  return errors.replaceAll(checkout, "").trim().split("\n").slice(0, 8).join("\n") || `its plan ended with ${code}`;
}
