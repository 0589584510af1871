import type { ContainerResources } from "../component-args.ts";
import { bytes, cpuMillis, formatCpu } from "./quantities.ts";

export interface ResourceRequirements {
  requests: Record<string, string>;
  limits: Record<string, string>;
}

/** Requests and limits of a container, in the spelling that the API server keeps. */
export function resourceRequirements(resources: ContainerResources): ResourceRequirements {
  const cpu = cpuMillis(resources.cpu);
  const cpuLimit = resources.cpuLimit === undefined ? cpu * 6 : cpuMillis(resources.cpuLimit);
  const fixed = { memory: resources.memory, "ephemeral-storage": resources.ephemeralStorage ?? "128Mi" };
  return { requests: { cpu: formatCpu(cpu), ...fixed }, limits: { cpu: formatCpu(cpuLimit), ...fixed } };
}

/** What is wrong with a container's resources, each with its mend. */
export function resourceProblems(argument: string, resources: ContainerResources): string[] {
  const problems: string[] = [];
  const cpu = cpuMillis(resources.cpu);
  if (!(cpu > 0)) problems.push(`${argument}.cpu ${quote(resources.cpu)} is no CPU quantity; write it as 250m, 0.5 or 2.`);
  if (resources.cpuLimit !== undefined) {
    const limit = cpuMillis(resources.cpuLimit);
    if (!(limit > 0)) problems.push(`${argument}.cpuLimit ${quote(resources.cpuLimit)} is no CPU quantity; write it as 250m, 0.5 or 2.`);
    else if (limit < cpu) problems.push(`${argument}.cpuLimit ${resources.cpuLimit} is below cpu ${resources.cpu}; raise it to at least ${resources.cpu}.`);
  }
  for (const key of ["memory", "ephemeralStorage"] as const) {
    const value = resources[key];
    if (value !== undefined && !(bytes(value) > 0)) problems.push(`${argument}.${key} ${quote(value)} is no amount of memory; write it as 256Mi or 2Gi.`);
  }
  return problems;
}

const quote = (value: unknown) => JSON.stringify(value);
