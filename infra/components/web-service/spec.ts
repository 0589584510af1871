import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources, Monitoring } from "../component-args.ts";
import { resourceProblems } from "../kubernetes/resources.ts";
import { type Scaling, scalingProblems } from "./autoscaler.ts";
import type { WebServiceArgs } from "./web-service.ts";

/** Seconds of a pod's leaving. Both together, and five for flushing logs and the kernel, are its grace period. */
export interface Drain {
  /**
   * Seconds between the start of the pod's removal from the Service and the stop signal. Defaults to 5: the removal reaches proxies
   * and ingress controllers about a second later, and requests must be served until it has.
   */
  preStopSeconds?: number;
  /** Seconds that the process has for requests in flight, after the stop signal. Defaults to 20. Longer than the slowest request. */
  shutdownSeconds?: number;
}

/** The arguments with every default filled in. */
export interface WebServiceSpec {
  image: pulumi.Input<string>;
  uses: ServiceBinding[];
  environment: Record<string, pulumi.Input<string>>;
  secretNames: string[];
  resources: ContainerResources;
  scaling: Required<Scaling>;
  drain: Required<Drain>;
  port: number;
  internalPort: number;
  progressDeadlineSeconds: number;
  monitoring?: Monitoring;
}

const nameOfVariable = /^[A-Z][A-Z0-9_]*$/;

export function webServiceSpec(name: string, args: WebServiceArgs): WebServiceSpec {
  const spec: WebServiceSpec = {
    image: args.image,
    uses: args.uses ?? [],
    environment: args.environment ?? {},
    secretNames: Object.keys(args.secrets ?? {}),
    resources: args.resources,
    scaling: { minReplicas: 2, maxReplicas: 4, cpuPercent: 75, memoryPercent: 85, ...args.scaling },
    drain: { preStopSeconds: 5, shutdownSeconds: 20, ...args.drain },
    port: args.port ?? 8080,
    internalPort: args.internalPort ?? 9090,
    progressDeadlineSeconds: args.progressDeadlineSeconds ?? 300,
    monitoring: args.monitoring,
  };
  const { drain, port, internalPort } = spec;
  refuse("WebService", name, [
    ...resourceProblems("resources", spec.resources),
    ...scalingProblems(spec.scaling),
    ...duplicates(spec.uses.map((binding) => binding.name)).map(
      (twice) => `uses names the binding "${twice}" twice, and both would set the same variables; name it once.`,
    ),
    ...[...Object.keys(spec.environment).map((key) => ["environment", key]), ...spec.secretNames.map((key) => ["secrets", key])].map(
      ([argument, key]) =>
        !nameOfVariable.test(key!) && `${argument}.${key} is no name of a variable; use capitals, digits and _, such as ${suggestion(key!)}.`,
    ),
    !(drain.preStopSeconds >= 0 && drain.preStopSeconds <= 60) && `drain.preStopSeconds ${drain.preStopSeconds} is out of bounds; give 0 to 60.`,
    !(drain.shutdownSeconds >= 1 && drain.shutdownSeconds <= 3600) && `drain.shutdownSeconds ${drain.shutdownSeconds} is out of bounds; give 1 to 3600.`,
    // Port 0 to 1023 needs a right that no container here has.
    ...[["port", port] as const, ["internalPort", internalPort] as const].map(
      ([argument, value]) => !(Number.isInteger(value) && value >= 1024 && value <= 65535) && `${argument} ${value} is out of bounds; give 1024 to 65535.`,
    ),
    port === internalPort && `internalPort ${internalPort} is also the public port; health and metrics need a port of their own.`,
    !(spec.progressDeadlineSeconds > drain.preStopSeconds + 5) &&
      `progressDeadlineSeconds ${spec.progressDeadlineSeconds} is over before a pod can have started; give at least ${drain.preStopSeconds + 30}.`,
  ]);
  return spec;
}

/** Seconds that Kubernetes grants a pod before it kills it. */
export function gracePeriodSeconds({ preStopSeconds, shutdownSeconds }: Required<Drain>): number {
  return preStopSeconds + shutdownSeconds + 5;
}

const duplicates = (names: string[]) => names.filter((name, index) => names.indexOf(name) !== index);
const suggestion = (key: string) =>
  key
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replace(/^[^A-Za-z]+/, "")
    .toUpperCase() || "TOKEN";
