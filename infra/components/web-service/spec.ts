import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources, Monitoring } from "../component-args.ts";
import { portProblem, shutdownProblem, workloadProblems } from "../workload/arguments.ts";
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
    ...workloadProblems(spec),
    ...scalingProblems(spec.scaling),
    !(drain.preStopSeconds >= 0 && drain.preStopSeconds <= 60) && `drain.preStopSeconds ${drain.preStopSeconds} is out of bounds; give 0 to 60.`,
    shutdownProblem("drain.shutdownSeconds", drain.shutdownSeconds),
    portProblem("port", port),
    portProblem("internalPort", internalPort),
    port === internalPort && `internalPort ${internalPort} is also the public port; health and metrics need a port of their own.`,
    !(spec.progressDeadlineSeconds > drain.preStopSeconds + 5) &&
      `progressDeadlineSeconds ${spec.progressDeadlineSeconds} is over before a pod can have started; give at least ${drain.preStopSeconds + 30}.`,
  ]);
  return spec;
}
