import * as pulumi from "@pulumi/pulumi";
import { type AlertReceiver, kindsOf, secretArgument, secretOf } from "./receiver.ts";

/** Where a receiver's secret is, once all are in Secrets. */
export interface SecretPlace {
  secretName: string;
  key: string;
}

/** Key of a given secret in the component's own Secret, such as `oncall-routing-key`. */
function ownKey({ name }: AlertReceiver, argument: string): string {
  return `${name}-${argument.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What goes into the component's own Secret, by key. */
export function givenSecrets(receivers: AlertReceiver[]): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    receivers.flatMap((receiver) =>
      kindsOf(receiver).flatMap((kind) => {
        const value = secretOf[kind](receiver)?.value;
        return value === undefined ? [] : [[ownKey(receiver, secretArgument[kind]), pulumi.secret(value)]];
      }),
    ),
  );
}

/** Where a receiver's secret is; nothing for one that has none, which only mail without a log-in may be. */
export function secretPlace(receiver: AlertReceiver, ownSecret: string): SecretPlace | undefined {
  const [kind] = kindsOf(receiver);
  const secret = kind && secretOf[kind](receiver);
  if (!kind || !secret) return undefined;
  return secret.value === undefined
    ? { secretName: secret.secretName!, key: secret.key! }
    : { secretName: ownSecret, key: ownKey(receiver, secretArgument[kind]) };
}
