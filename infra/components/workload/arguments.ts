import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources } from "../component-args.ts";
import { resourceProblems } from "../kubernetes/resources.ts";

/** What can be wrong with the arguments that every workload of an image has. */
export interface WorkloadArguments {
  uses: readonly ServiceBinding[];
  environment: object;
  secretNames: readonly string[];
  resources: ContainerResources;
}

const nameOfVariable = /^[A-Z][A-Z0-9_]*$/;

export function workloadProblems({ uses, environment, secretNames, resources }: WorkloadArguments): (string | false)[] {
  return [
    ...resourceProblems("resources", resources),
    ...duplicates(uses.map((binding) => binding.name)).map(
      (twice) => `uses names the binding "${twice}" twice, and both would set the same variables; name it once.`,
    ),
    ...[...Object.keys(environment).map((key) => ["environment", key]), ...secretNames.map((key) => ["secrets", key])].map(
      ([argument, key]) =>
        !nameOfVariable.test(key!) && `${argument}.${key} is no name of a variable; use capitals, digits and _, such as ${suggestion(key!)}.`,
    ),
  ];
}

export const shutdownProblem = (argument: string, seconds: number): string | false =>
  !(seconds >= 1 && seconds <= 3600) && `${argument} ${seconds} is out of bounds; give 1 to 3600.`;

/** Port 0 to 1023 needs a right that no container here has. */
export const portProblem = (argument: string, port: number): string | false =>
  !(Number.isInteger(port) && port >= 1024 && port <= 65535) && `${argument} ${port} is out of bounds; give 1024 to 65535.`;

/** Seconds for flushing logs and for the kernel, after all that a process has time for. */
const flushSeconds = 5;

/** Seconds that Kubernetes grants a pod before it kills it. */
export const graceSeconds = (preStopSeconds: number, shutdownSeconds: number): number => preStopSeconds + shutdownSeconds + flushSeconds;

const duplicates = (names: string[]) => names.filter((name, index) => names.indexOf(name) !== index);
const suggestion = (key: string) =>
  key
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replace(/^[^A-Za-z]+/, "")
    .toUpperCase() || "TOKEN";
