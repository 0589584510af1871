import type { ServiceAccountName } from "./trust-policies.ts";

/** A service account as an argument names it: `name`, in the bucket's own namespace, or `namespace/name`. */
export interface AccountReference {
  namespace?: string;
  name: string;
}

export function accountReference(text: string): AccountReference {
  const [name = "", namespace] = text.split("/").reverse();
  return { namespace, name };
}

/** The reference with the bucket's own namespace where it names none. */
export function resolved({ namespace, name }: AccountReference, own: string): ServiceAccountName {
  return { namespace: namespace ?? own, name };
}

/** Part of a resource's name that is different for each account. */
export const labelOf = ({ namespace, name }: AccountReference) => (namespace === undefined ? name : `${namespace}-${name}`);

/** Whether it is a service account's name, with or without a namespace. */
export const namesAccount = (text: string) => /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text);
