import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { repository } from "../plan/project.ts";
import { type Outcome, outcomeOf } from "./command.ts";

/** Runs Pulumi's command line in the repository: the one on the PATH, as npx and CI have it, else the repository's own. */
export function pulumiCommand(args: readonly string[], seconds?: number): Promise<Outcome> {
  const onPath = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "pulumi")));
  const program = onPath ? "pulumi" : join(repository, "node_modules", ".bin", "pulumi");
  return outcomeOf([program, ...args, "--non-interactive", "--color", "never"], { cwd: repository, seconds });
}
