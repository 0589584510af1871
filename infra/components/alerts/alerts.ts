import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import { identityOf } from "../kubernetes/identity.ts";
import { defaultRunbookBaseUrl } from "../prometheus/alert.ts";
import { type RuleArgs, ruleObject, rulesIn } from "../prometheus/rule-object.ts";
import { alertProblems, alertRules } from "./rules.ts";
import { type AlertThresholds, alertThresholds } from "./thresholds.ts";
import type { WatchedBackup, WatchedCertificate, WatchedPostgres, WatchedRedis, WatchedRestoreDrill, WatchedService, WatchedWorker } from "./watched.ts";

export interface AlertsArgs extends RuleArgs {
  /** The application. Needs kube-state-metrics, scraped with `honorLabels`, for what Kubernetes reports about it. */
  service: WatchedService;
  /** The worker that does its queued jobs. Left out, no alert is made. */
  worker?: WatchedWorker;
  /** Its Postgres. Left out, no alert is made. */
  postgres?: WatchedPostgres;
  /** Its Redises. Left out, no alert is made. */
  redis?: WatchedRedis[];
  /** Its backups: of the database, of Redis, base backups. Left out, no alert is made. */
  backups?: WatchedBackup[];
  /** Drills that restore its backups. Left out, no alert is made. */
  restoreDrill?: WatchedRestoreDrill;
  /** The certificate of its public endpoint. Left out, no alert is made. */
  certificate?: WatchedCertificate;
  /** Where the alerts begin. Each defaults to what is stated with it. */
  thresholds?: AlertThresholds;
}

/**
 * Alerts on causes: what will hurt callers, or hides that they are hurt. They open tickets; only what no objective can see, such as
 * a database that is gone or a certificate about to end, pages.
 */
export class Alerts extends pulumi.ComponentResource {
  /** Name of the PrometheusRule, or of the ConfigMap. */
  readonly ruleName: pulumi.Output<string>;

  constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Alerts", name, {}, opts);
    refuse("Alerts", name, alertProblems(args));
    const shared = {
      service: args.service.name,
      runbookBaseUrl: args.runbookBaseUrl ?? defaultRunbookBaseUrl,
      dashboardUrls: args.dashboardUrls,
      thresholds: alertThresholds(args.thresholds),
    };

    const rules = rulesIn(args.namespace, (namespace) => alertRules({ namespace, ...shared }, args));
    this.ruleName = ruleObject(identityOf(name, "alerts", "monitoring", args), args, rules, { parent: this });
    this.registerOutputs({ ruleName: this.ruleName });
  }
}
