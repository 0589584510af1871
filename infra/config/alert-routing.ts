import type * as pulumi from "@pulumi/pulumi";
import type { AlertRoutesArgs } from "../components/alert-routes/alert-routes.ts";
import { alertRouteProblems } from "../components/alert-routes/problems.ts";
import { type AlertReceiver, kindsOf, type ReceiverSecret, secretArgument, secretOf } from "../components/alert-routes/receiver.ts";
import { secretMend } from "../components/alert-routes/receiver-problems.ts";
import { nearestOf } from "../components/nearest.ts";
import { problem, type RelationProblem } from "./relation-problem.ts";
import type { StackValues } from "./schema.ts";
import type { AlertRoutesSection } from "./sections/alert-routes.ts";

type Routed = Omit<AlertRoutesArgs, "namespace">;
/** Where the config names a value of `slipway:secrets.alerts`. */
type Named = Omit<ReceiverSecret, "value"> & { secret?: string | undefined };

/** The section as arguments of AlertRoutes, its secrets looked up by their names. */
export function alertRoutesArgs(section: AlertRoutesSection, secrets: Record<string, pulumi.Input<string>>): Routed {
  const found = ({ secret, ...place }: Named): ReceiverSecret => (secret === undefined ? place : { ...place, value: secrets[secret] });
  const receivers = section.receivers.map(
    ({ email, slack, pagerDuty, webhook, name }): AlertReceiver => ({
      name,
      ...(email && { email: { ...email, password: email.password && found(email.password) } }),
      ...(slack && { slack: { ...slack, url: found(slack.url) } }),
      ...(pagerDuty && { pagerDuty: { ...pagerDuty, routingKey: found(pagerDuty.routingKey) } }),
      ...(webhook && { webhook: { url: found(webhook.url) } }),
    }),
  );
  return { ...section, receivers };
}

/** The component knows best what can be routed; its findings name the argument first. */
export function* alertRouting({ alerts: { routes }, secrets }: Pick<StackValues, "alerts" | "secrets">): Generator<RelationProblem> {
  const known = Object.keys(secrets.alerts);
  const wanted = (routes?.receivers ?? []).flatMap((receiver, index) => namedSecrets(receiver as AlertReceiver, `alerts.routes.receivers.${index}`));
  for (const { path, name } of wanted) if (!known.includes(name)) yield problem(path, unknownSecret(name, known));
  for (const name of known) {
    // Only the name may be told: what stands at this path is the secret.
    if (!wanted.some((one) => one.name === name))
      yield problem("alerts", `has a secret in slipway:secrets.alerts.${name} that no receiver names; name it, or remove it`);
  }
  if (!routes) return;
  // A name that is unknown was told; in its place stands what no check minds.
  const unknown = wanted.filter(({ name }) => !known.includes(name)).map(({ name }) => [name, "https://unknown.invalid"]);
  for (const { argument, says } of alertRouteProblems({ ...alertRoutesArgs(routes, { ...secrets.alerts, ...Object.fromEntries(unknown) }), namespace: "" })) {
    const mend = says.replace(secretMend, "name its value in slipway:secrets.alerts as secret, or give secretName and key of a Secret that exists");
    yield problem(`alerts.routes.${argument.replace(/\.value$/, ".secret")}`, mend);
  }
}

function namedSecrets(receiver: AlertReceiver, at: string): { path: string; name: string }[] {
  return kindsOf(receiver).flatMap((kind) => {
    const name = (secretOf[kind](receiver) as Named | undefined)?.secret;
    return name === undefined ? [] : [{ path: `${at}.${kind}.${secretArgument[kind]}.secret`, name }];
  });
}

function unknownSecret(name: string, known: string[]): string {
  const nearest = nearestOf(name, known);
  const command = `pulumi config set --secret --path 'slipway:secrets.alerts.${name}' <value>`;
  return `is not in slipway:secrets.alerts; ${nearest ? `did you mean ${nearest}, or ` : ""}set it with: ${command}`;
}
