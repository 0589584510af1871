import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import { identityOf } from "../kubernetes/identity.ts";
import { addressProblems, defaultRunbookBaseUrl } from "../prometheus/alert.ts";
import { type RuleArgs, ruleObject, rulesIn } from "../prometheus/rule-object.ts";
import { type ObjectiveArgs, objectiveProblems, objectivesOf, requestDurationBuckets } from "./objective.ts";
import { type ObjectiveReading, readings } from "./reading.ts";
import { serviceLevelRules } from "./rules.ts";

export interface AvailabilityObjective {
  /** Percentage of requests that are answered without a 5xx, such as 99.9. A change restarts nothing; the budget is judged anew at once. */
  target: number;
}

export interface LatencyObjective {
  /** Percentage of successful requests that are answered within the threshold, such as 99. */
  target: number;
  /** Threshold in milliseconds. Must be a bucket of `http_request_duration_seconds`: between two buckets nothing is counted. */
  thresholdMilliseconds: number;
}

export interface ServiceLevelArgs extends RuleArgs {
  /** Name of the service: the `job` label of its series, which is the name of its Kubernetes Service. */
  service: string;
  /** Share of requests that must not fail. Left out, it is not judged. */
  availability?: AvailabilityObjective;
  /** Share of requests that must be quick. Left out, it is not judged. */
  latency?: LatencyObjective;
  /** Days over which the objectives hold: 7, 28 or 30. Defaults to 30. Prometheus must keep series at least that long for the budget to be true. */
  windowDays?: number;
  /**
   * Requests in an alert's long window below which it stays silent. Defaults to 100: one failed request is then at most 1 %.
   * Set it lower for a service with little traffic, at the price of alerts about single failures.
   */
  minimumEvents?: number;
  /** Upper bounds in seconds of the buckets of `http_request_duration_seconds`. Defaults to those of this repository's service. */
  bucketsSeconds?: number[];
}

/**
 * Objectives of one service as Prometheus rules: error ratios over all windows, the error budget, and alerts when it burns.
 *
 * Windows, shares and factors are those of the Google SRE workbook, chapter 5. Reads `http_request_duration_seconds{status_code}`,
 * `process_start_time_seconds` and `up`.
 */
export class ServiceLevel extends pulumi.ComponentResource {
  /** Name of the PrometheusRule, or of the ConfigMap. */
  readonly ruleName: pulumi.Output<string>;
  /** What else judges by the same objectives: a release's analysis, a dashboard. */
  readonly objectives: pulumi.Output<ObjectiveReading[]>;

  constructor(name: string, args: ServiceLevelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:ServiceLevel", name, {}, opts);
    const wanted = withDefaults(args);
    refuse("ServiceLevel", name, [...objectiveProblems(wanted), ...addressProblems({ runbookBaseUrl: args.runbookBaseUrl, dashboardUrl: args.dashboardUrl })]);
    const objectives = objectivesOf(wanted);
    const identity = identityOf(name, "service-level", "monitoring", args);
    const context = (namespace: string) => ({
      namespace,
      service: args.service,
      runbookBaseUrl: args.runbookBaseUrl ?? defaultRunbookBaseUrl,
      dashboardUrl: args.dashboardUrl,
    });

    const rules = rulesIn(args.namespace, (namespace) => serviceLevelRules(context(namespace), objectives));
    this.ruleName = ruleObject(identity, args, rules, { parent: this });
    this.objectives = pulumi.output(args.namespace).apply((namespace) => readings(context(namespace), objectives));
    this.registerOutputs({ ruleName: this.ruleName, objectives: this.objectives });
  }
}

function withDefaults(args: ServiceLevelArgs): ObjectiveArgs {
  return {
    availability: args.availability,
    latency: args.latency,
    windowDays: args.windowDays ?? 30,
    minimumEvents: args.minimumEvents ?? 100,
    bucketsSeconds: args.bucketsSeconds ?? requestDurationBuckets,
  };
}
