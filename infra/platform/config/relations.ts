import { problem, type RelationProblem } from "../../config/relation-problem.ts";
import type { PlatformValues } from "./schema.ts";

/** Mistakes between values of the sections that could be read. */
export function platformRelations(values: Partial<PlatformValues>): RelationProblem[] {
  return [...issuer(values), ...grafana(values), ...barman(values), ...namespaces(values)];
}

function* issuer({ certManager }: Partial<PlatformValues>): Generator<RelationProblem> {
  if (!certManager?.issuer) return;
  const { kind, email, server } = certManager.issuer;
  if (!certManager.enabled) {
    yield problem("certManager.issuer", "needs cert-manager, which slipway-platform:certManager.enabled switches off; leave one of the two out");
  }
  if (kind === "acme" && !email)
    yield problem("certManager.issuer.email", "is missing; an ACME authority wants to know whom to warn: set it to a mail address that somebody reads");
  for (const [key, value] of Object.entries({ email, server })) {
    if (kind === "selfSigned" && value !== undefined) {
      yield problem(`certManager.issuer.${key}`, "means nothing for slipway-platform:certManager.issuer.kind selfSigned; leave it out, or change kind");
    }
  }
}

function* grafana({ monitoring, ingress, certManager }: Partial<PlatformValues>): Generator<RelationProblem> {
  if (!monitoring?.grafana.host) return;
  const mend = "leave the host out, and reach Grafana by kubectl port-forward";
  if (!monitoring.enabled)
    yield problem("monitoring.grafana.host", "is of a Grafana that slipway-platform:monitoring.enabled switches off; leave one of the two out");
  if (ingress && !ingress.enabled) yield problem("monitoring.grafana.host", `needs slipway-platform:ingress.enabled; switch it on, or ${mend}`);
  if (certManager && !certManager.issuer) yield problem("monitoring.grafana.host", `needs a certificate; set slipway-platform:certManager.issuer, or ${mend}`);
}

function* barman({ cloudNativePg, certManager }: Partial<PlatformValues>): Generator<RelationProblem> {
  if (!cloudNativePg?.enabled || !cloudNativePg.barmanPlugin || !certManager || certManager.enabled) return;
  yield problem(
    "cloudNativePg.barmanPlugin",
    "speaks to CloudNativePG by certificates of cert-manager, which slipway-platform:certManager.enabled switches off; switch that on, or set barmanPlugin to false",
  );
}

/** A namespace's rules are made for one add-on: a second one in it would be let in, and be shut out, where the first is. */
function* namespaces({ ingress, monitoring }: Partial<PlatformValues>): Generator<RelationProblem> {
  if (ingress?.enabled && monitoring?.enabled && ingress.namespace === monitoring.namespace) {
    yield problem("monitoring.namespace", "is the one of slipway-platform:ingress.namespace too; give each its own, such as monitoring");
  }
}
