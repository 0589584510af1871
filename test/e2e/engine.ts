import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Outcome, outcomeOf } from "./command.ts";

export const repository = fileURLToPath(new URL("../..", import.meta.url));
export const stackName = "e2e";
const passphrase = "only for a stack that lives an hour";

export interface EngineRun extends Outcome {
  /** What a user saw, both streams in order. */
  text: string;
}

/** Drives Pulumi's command line on the stack of this run: state and config are in its folder, nothing is written to the repository. */
export class Engine {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get configFile(): string {
    return join(this.folder, `Pulumi.${stackName}.yaml`);
  }

  environment(): Record<string, string> {
    return {
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  /** Commands that need the stack's config: up, refresh, destroy, preview. */
  on(command: string, args: readonly string[] = [], env: Record<string, string | undefined> = {}): Promise<EngineRun> {
    return this.run([command, "--stack", stackName, "--config-file", this.configFile, ...args], env);
  }

  async run(args: readonly string[], env: Record<string, string | undefined> = {}, cwd = repository): Promise<EngineRun> {
    let text = "";
    mkdirSync(join(this.folder, "logs"), { recursive: true });
    const log = join(this.folder, "logs", `${args[0]}.log`);
    appendFileSync(log, `\n===== ${new Date().toISOString()} pulumi ${args.join(" ")}\n`);
    const outcome = await outcomeOf(["pulumi", ...args, "--non-interactive", "--color", "never"], {
      cwd,
      env: { ...this.environment(), ...env },
      // Above everything that the program itself waits for.
      patience: 900,
      onOutput: (piece) => {
        text += piece;
        appendFileSync(log, piece);
      },
    });
    return { ...outcome, text };
  }
}

/** A stack trace, which nobody who made a mistake in a config should ever see. */
export const stackTrace = /^\s+at .+[:(].*:\d+:\d+\)?$/m;

/** The numbers at the end of an update: created, updated, deleted, replaced, unchanged. */
export function changes(text: string): Record<string, number> {
  const summary = text.slice(text.lastIndexOf("Resources:"));
  const lines = [...summary.matchAll(/(\d+) (created|updated|deleted|replaced|unchanged)/g)];
  return Object.fromEntries(lines.map(([, count, what]) => [what!, Number(count)]));
}
