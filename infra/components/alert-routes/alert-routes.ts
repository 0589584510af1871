import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ComponentArgs } from "../component-args.ts";
import { autonamed, identityOf, named } from "../kubernetes/identity.ts";
import { operatorConfig } from "./operator-config.ts";
import { plainConfig } from "./plain-config.ts";
import { alertRouteSentences } from "./problems.ts";
import type { AlertReceiver } from "./receiver.ts";
import type { AlertRoute, Heartbeat, QuietHours } from "./route.ts";
import { routing } from "./routing.ts";
import { givenSecrets } from "./secrets.ts";

export interface AlertRoutesArgs extends ComponentArgs {
  /** Who can be told. Each must be named by a route or by `heartbeat`. */
  receivers: AlertReceiver[];
  /**
   * Who is told of what, in order. Every `critical` and every `warning` alert must have a route; an `info` alert without one is told to
   * nobody, and an alert of no known severity to the first receiver of all warnings. A change sends what fires once more.
   */
  routes: AlertRoute[];
  /** When tickets wait. Defaults to never. */
  quietHours?: QuietHours;
  /** Who notices that no alert can arrive. Defaults to nobody: then a broken Prometheus is silent. */
  heartbeat?: Heartbeat;
  /**
   * Whether the Prometheus operator runs in the cluster. Defaults to true: an AlertmanagerConfig. False: a ConfigMap of the component's name
   * whose key `alertmanager.yaml` is a whole config, and a Secret of the same name, to be mounted at `/etc/alertmanager/secrets/<name>`.
   */
  prometheusOperator?: boolean;
  /** Without the operator: namespace of Alertmanager, for a pod mounts only what lies beside it. Defaults to `namespace`. A change makes both anew there. */
  alertmanagerNamespace?: pulumi.Input<string>;
  /** Labels that the Alertmanager's `alertmanagerConfigSelector` asks for, such as `release: kube-prometheus-stack`. Defaults to none. */
  configLabels?: Record<string, string>;
}

/**
 * From alerts to people: which alert is told to whom, when, and in which words.
 *
 * It routes the alerts whose label `namespace` is its own, as the operator has it by default; so it must lie in the namespace whose alerts
 * it routes, and Alertmanager must look for it there (`alertmanagerConfigNamespaceSelector`).
 */
export class AlertRoutes extends pulumi.ComponentResource {
  /** Name of the AlertmanagerConfig, or of the ConfigMap. */
  readonly configName: pulumi.Output<string>;
  /** Name of the Secret with the secrets that were given by value. Left out when all are elsewhere. */
  readonly secretName?: pulumi.Output<string>;

  constructor(name: string, args: AlertRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:AlertRoutes", name, {}, opts);
    refuse("AlertRoutes", name, alertRouteSentences(args));
    const operator = args.prometheusOperator !== false;
    const place = { ...args, namespace: operator ? args.namespace : (args.alertmanagerNamespace ?? args.namespace) };
    const identity = identityOf(name, "alert-routes", "monitoring", place);
    const wanted = routing(args);

    const given = givenSecrets(args.receivers);
    // Under the operator a new Secret is there before the old one goes: while one is missing, the operator leaves the routes out.
    // A mount needs a name that stays.
    const metadata = operator ? autonamed(identity) : named(identity);
    const secret = Object.keys(given).length > 0 && new k8s.core.v1.Secret(`${name}-secrets`, { metadata, stringData: given }, { parent: this });
    if (secret) this.secretName = secret.metadata.name;

    const labels = { ...named(identity).labels, ...args.configLabels };
    const config = operator
      ? new k8s.apiextensions.CustomResource(
          name,
          {
            apiVersion: "monitoring.coreos.com/v1alpha1",
            kind: "AlertmanagerConfig",
            metadata: { ...named(identity), labels },
            spec: pulumi.output(this.secretName ?? "").apply((own) => operatorConfig(wanted, own)),
          },
          { parent: this },
        )
      : new k8s.core.v1.ConfigMap(
          name,
          {
            metadata: { ...named(identity), labels },
            // JSON is YAML, so the library needs no YAML printer.
            data: { "alertmanager.yaml": pulumi.output(args.namespace).apply((at) => `${JSON.stringify(plainConfig(wanted, at, name), null, 2)}\n`) },
          },
          { parent: this },
        );
    this.configName = config.metadata.apply((made) => made.name ?? name);
    this.registerOutputs({ configName: this.configName, secretName: this.secretName });
  }
}
