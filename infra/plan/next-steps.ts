import type { Plan } from "./plan.ts";

export interface NextSteps {
  /** What must be set up once, or be there. */
  before: string[];
  command: string;
}

/** What to do to make the plan real, from what its resources need. */
export function nextSteps({ project, stack, folder, resources }: Plan): NextSteps {
  const uses = (provider: string) => resources.some(({ type }) => type.startsWith(`${provider}:`));
  const there = folder === "" ? "" : ` --cwd ${folder}`;
  return {
    before: [
      ...(uses("kubernetes") ? [`a kubeconfig: set KUBECONFIG, or ${project}:cluster.context to choose among several`] : []),
      ...(uses("aws") ? ["credentials for AWS: aws sts get-caller-identity must answer"] : []),
      ...(uses("docker") ? ["Docker, logged in to the registry of slipway:image.build.repository"] : []),
      `state: npx pulumi login (or npx pulumi login --local), then once npx pulumi stack init ${stack}${there}`,
    ],
    command: `npx pulumi up --stack ${stack}${there}`,
  };
}
