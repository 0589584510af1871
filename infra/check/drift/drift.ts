import { bad, type Check, type Finding, good, NoAnswer, skipped } from "../finding.ts";
import { pulumiCommand } from "../pulumi.ts";
import type { Subject } from "../subject.ts";
import { changesOf, type Step, textOf } from "./steps.ts";

/** Seconds for each of the two questions: the engine asks for every resource. */
const patience = 600;

export const drift: Check = {
  name: "drift",
  asks: "is everything as the last up left it, and what would up change",
  async ask(subject) {
    const { stack, after, configFile } = subject;
    const listed = await pulumiCommand(["stack", "ls", "--json"]);
    if (listed.code !== 0 || !(JSON.parse(listed.stdout) as { name: string }[]).some(({ name }) => name === stack || name.endsWith(`/${stack}`))) {
      return [skipped("There is no state to compare with.")];
    }
    const on = ["--stack", stack, ...(configFile ? ["--config-file", configFile] : [])];
    // One after the other: the state's lock lets in one at a time.
    const strayed = await steps(["refresh", "--preview-only", ...on], stack);
    const waiting = await steps(["preview", ...on], stack);
    return [...strayedFindings(strayed, subject), ...waitingFindings(waiting, after, stack)];
  },
};

async function steps([command, ...args]: string[], stack: string): Promise<Step[]> {
  const { code, stdout, stderr } = await pulumiCommand([command!, ...args, "--json"], patience);
  const said = changesOf(stdout);
  if (code === 0 && said) return said.steps;
  const reason = said?.errors[0] ?? stderr.trim().split("\n").at(-1) ?? "";
  throw new NoAnswer(
    code === null
      ? `pulumi ${command} did not end within ${patience / 60} minutes`
      : `pulumi ${command} fails: ${reason.replace(/\.$/, "") || "it says no reason"}`,
    `See all that it says: npx pulumi ${command}${command === "refresh" ? " --preview-only" : ""} --stack ${stack}`,
  );
}

export function strayedFindings(strayed: readonly Step[], { stack }: Pick<Subject, "stack">): Finding[] {
  if (strayed.length === 0) return [good("Everything is as the last up left it.")];
  return [
    bad(
      `Somebody else changed ${counted(strayed.length)}: ${listed(strayed)}.`,
      `See what: npx pulumi refresh --preview-only --diff --stack ${stack}. Keep it by putting it into the program; else npx pulumi up --refresh --stack ${stack} takes it back.`,
    ),
  ];
}

export function waitingFindings(waiting: readonly Step[], after: boolean, stack: string): Finding[] {
  if (waiting.length === 0) return [good("Nothing waits to be changed.")];
  const says = `up would change ${counted(waiting.length)}: ${listed(waiting)}.`;
  if (after) return [bad(says, `Run it: npx pulumi up --stack ${stack}. If this shows again at once, two sources set the same field.`)];
  const lost = waiting.filter(({ holds }) => holds !== undefined);
  return [
    good(says),
    ...lost.map((step) =>
      bad(
        `up would ${step.op} ${textOf(step)}, which holds ${step.holds}.`,
        "Back it up and check the backup by a drill first, or take back the change that asks for it: npm run plan -- --against <what runs> names the field.",
      ),
    ),
  ];
}

const counted = (count: number) => `${count} ${count === 1 ? "resource" : "resources"}`;

function listed(steps: readonly Step[]): string {
  const shown = steps.slice(0, 5).map((step) => `${step.op} ${textOf(step)}`);
  return steps.length > shown.length ? `${shown.join(", ")} and ${steps.length - shown.length} more` : shown.join(", ");
}
