import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component-args.ts";
import { type Identity, named } from "../kubernetes/identity.ts";
import type { RuleFile } from "./rule.ts";

/** How rules reach Prometheus, and what the alerts among them point to. */
export interface RuleArgs extends ComponentArgs {
  /**
   * Whether the Prometheus operator runs in the cluster. Defaults to true: a PrometheusRule. False: a ConfigMap of the component's
   * name whose key `<name>.rules.yaml` is a plain rule file, to be mounted into Prometheus.
   */
  prometheusOperator?: boolean;
  /** Labels that Prometheus's `ruleSelector` asks for, such as `release: kube-prometheus-stack`. Defaults to none. */
  ruleLabels?: Record<string, string>;
  /** Where the runbooks are read, as in `https://wiki.example.org/runbooks`; `/<AlertName>.md` is added. Defaults to this library's repository. */
  runbookBaseUrl?: string;
  /**
   * Addresses of the dashboards that alerts link to, by subject: `service`, `objectives`, `postgres`, `redis`, `worker`, `backups`,
   * `resources`, `edge`. An alert whose subject is left out links to none. Defaults to none. A change restarts nothing.
   */
  dashboardUrls?: Record<string, string>;
}

/** Makes the object that holds the rules; resolves to its name. */
export function ruleObject(identity: Identity, args: RuleArgs, rules: pulumi.Output<RuleFile>, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const metadata = named(identity);
  metadata.labels = { ...metadata.labels, ...args.ruleLabels };
  const resource =
    args.prometheusOperator === false
      ? new k8s.core.v1.ConfigMap(identity.name, { metadata, data: { [ruleFileKey(identity.name)]: rules.apply(ruleFileText) } }, opts)
      : new k8s.apiextensions.CustomResource(identity.name, { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", metadata, spec: rules }, opts);
  return resource.metadata.apply((made) => made.name ?? identity.name);
}

export const ruleFileKey = (name: string) => `${name}.rules.yaml`;

/** A rule file is YAML, and JSON is YAML: so the library needs no YAML printer. */
export const ruleFileText = (rules: RuleFile) => `${JSON.stringify(rules, null, 2)}\n`;

/** Builds rules for a namespace that may only be known once it exists. */
export function rulesIn(namespace: pulumi.Input<string>, build: (namespace: string) => RuleFile): pulumi.Output<RuleFile> {
  return pulumi.output(namespace).apply(build);
}
