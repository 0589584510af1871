import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import { identityOf } from "../kubernetes/identity.ts";
import { addressProblems, defaultRunbookBaseUrl } from "../prometheus/alert.ts";
import { type RuleArgs, ruleObject, rulesIn } from "../prometheus/rule-object.ts";
import { type ObjectiveArgs, objectivesOf, requestDurationBuckets } from "./objective.ts";
import { objectiveProblems, sentence } from "./problems.ts";
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

/** Any share of events that must not be bad, by queries of one's own. */
export interface RatioObjective {
  /** The `objective` label of its series and alerts, such as `delivered-orders`. A change begins its history anew. */
  name: string;
  /** Percentage of events that must be good, such as 99.5. */
  target: number;
  /**
   * PromQL for the number of events in `[$window]`: `sum(increase(orders_total{namespace="$namespace",job="$service"}[$window]))`.
   * `$window`, `$namespace` and `$service` are filled in; results are summed.
   */
  events: string;
  /** PromQL for the number of bad ones among them, likewise. No result counts as 0. */
  badEvents: string;
  /** What a bad event is, as the end of a sentence in an alert: `were not delivered`. Defaults to `were bad`. */
  badEventText?: string;
}

export interface ServiceLevelArgs extends RuleArgs {
  /** Name of the service: the `job` label of its series, which is the name of its Kubernetes Service. */
  service: string;
  /** Share of requests that must not fail. Left out, it is not judged. */
  availability?: AvailabilityObjective;
  /** Share of requests that must be quick. Left out, it is not judged. */
  latency?: LatencyObjective;
  /** Other shares that must hold: of jobs, messages, cache look-ups. Defaults to none. */
  ratios?: RatioObjective[];
  /** Days over which the objectives hold: 7, 28 or 30. Defaults to 30. Prometheus must keep series at least that long for the budget to be true. */
  windowDays?: number;
  /**
   * Requests in an alert's long window below which it stays silent. Defaults to 100: one failed request is then at most 1 %.
   * Set it lower for a service with little traffic, at the price of alerts about single failures.
   */
  minimumEvents?: number;
  /** Upper bounds in seconds of the buckets of `http_request_duration_seconds`. Defaults to those of this repository's service. */
  bucketsSeconds?: number[];
  /**
   * Names of the series that the service exports, as in `orders_total`. Given, a ratio that reads any other is refused: its alerts
   * would never fire. Defaults to taking every name.
   */
  exportedMetrics?: string[];
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
    refuse("ServiceLevel", name, [...objectiveProblems(wanted).map(sentence), ...addressProblems(args)]);
    const objectives = objectivesOf(wanted);
    const identity = identityOf(name, "service-level", "monitoring", args);
    const context = (namespace: string) => ({
      namespace,
      service: args.service,
      runbookBaseUrl: args.runbookBaseUrl ?? defaultRunbookBaseUrl,
      dashboardUrls: args.dashboardUrls,
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
    ratios: args.ratios,
    exportedMetrics: args.exportedMetrics,
    windowDays: args.windowDays ?? 30,
    minimumEvents: args.minimumEvents ?? 100,
    bucketsSeconds: args.bucketsSeconds ?? requestDurationBuckets,
  };
}
