import { bad, type Finding, good, warning } from "../finding.ts";
import { pulumiCommand } from "../pulumi.ts";
import type { Subject } from "../subject.ts";

interface ListedStack {
  name: string;
  lastUpdate?: string;
  updateInProgress?: boolean;
  resourceCount?: number;
}

/** Whether Pulumi is logged in to where the state is, and the stack is there. */
export async function stateAccess({ stack, after }: Subject): Promise<Finding[]> {
  const { code, stdout, stderr } = await pulumiCommand(["stack", "ls", "--json"]);
  if (code === undefined) return [bad("Pulumi's command line is not there.", "npm ci brings it: npx pulumi version")];
  if (code !== 0) {
    return [
      bad(
        `Pulumi's state can't be read: ${lastLine(stderr)}.`,
        "npx pulumi login, or npx pulumi login --local; the bucket or the service of the state must be reachable.",
      ),
    ];
  }
  const found = (JSON.parse(stdout) as ListedStack[]).find(({ name }) => name === stack || name.endsWith(`/${stack}`));
  if (!found) {
    const mend = `npx pulumi stack init ${stack}`;
    return [after ? bad(`Pulumi's state has no stack ${stack}.`, mend) : warning(`Pulumi's state has no stack ${stack} yet.`, mend)];
  }
  if (found.updateInProgress) {
    return [
      bad(
        `An update of ${stack} is going on, or was cut off.`,
        `Wait for it. When nobody runs one any more: npx pulumi cancel --stack ${stack}, and look at the next preview with care.`,
      ),
    ];
  }
  return [good(`Pulumi's state has the stack with ${found.resourceCount ?? 0} resources${found.lastUpdate ? `, last changed ${found.lastUpdate}` : ""}.`)];
}

const lastLine = (text: string) => (text.trim().split("\n").at(-1) ?? "").replace(/^error: /, "").replace(/\.$/, "") || "it gave no answer";
