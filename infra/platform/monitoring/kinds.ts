import type { AddonArgs } from "../addon.ts";

/** The Prometheus operator's kinds, in a release of their own, so that every upgrade brings them along. */
export function prometheusKinds(): AddonArgs {
  return {
    namespace: "prometheus-operator-crds",
    openings: {},
    releases: [
      {
        chart: "prometheusOperatorCrds",
        name: "prometheus-operator-crds",
        // They stay when the release goes: with them go all rules, monitors and routes of every service.
        values: { crds: { annotations: { "helm.sh/resource-policy": "keep" } } },
      },
    ],
  };
}
