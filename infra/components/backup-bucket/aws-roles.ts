import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { Right, Rights } from "./aws-access.ts";
import { type AccountReference, labelOf, resolved } from "./service-accounts.ts";
import { podIdentityTrust, webIdentityTrust } from "./trust-policies.ts";

interface RoleInputs {
  accounts: AccountReference[];
  /** Namespace of accounts that are named without one. */
  namespace: pulumi.Input<string>;
  rights: Rights;
  grants: Right[];
  tags?: Record<string, string>;
}

export interface PodIdentityInputs extends RoleInputs {
  cluster: string;
  region: string;
}

/** A role for each service account, given by EKS Pod Identity. A pod without one gets none: nothing falls back to the node's. */
export function makePodIdentityRoles(name: string, inputs: PodIdentityInputs, opts: pulumi.CustomResourceOptions): pulumi.Output<string>[] {
  const { accounts, cluster, grants, namespace, region, rights, tags } = inputs;
  return accounts.map((reference) => {
    const at = `${name}-${labelOf(reference)}`;
    const account = pulumi.output(namespace).apply((own) => resolved(reference, own));
    const assumeRolePolicy = account.apply((known) => JSON.stringify(podIdentityTrust(cluster, known)));
    // A role's name has 64 characters at most, of which the provider takes 26; two namespaces in it can be longer.
    const role = new Role(`${at}-role`, { namePrefix: `${at.slice(0, 37)}-`, assumeRolePolicy, tags }, opts);
    const granted = grants.map((grant) => new RolePolicy(`${at}-${grant}`, { role: role.name, policy: rights[grant] }, opts));
    const association = new PodIdentityAssociation(
      at,
      { region, clusterName: cluster, namespace: account.namespace, serviceAccount: reference.name, roleArn: role.arn, tags },
      { ...opts, dependsOn: granted },
    );
    return association.id;
  });
}

export interface WebIdentityInputs extends RoleInputs {
  /** ARN of the OIDC provider. */
  provider: string;
}

/** One role for all service accounts of a kind, given for their token; none where there are no accounts. */
export function makeWebIdentityRole(name: string, inputs: WebIdentityInputs, opts: pulumi.CustomResourceOptions) {
  const { accounts, grants, namespace, provider, rights, tags } = inputs;
  if (accounts.length === 0) return { ready: [] };
  const assumeRolePolicy = pulumi.output(namespace).apply((own) =>
    JSON.stringify(
      webIdentityTrust(
        provider,
        accounts.map((reference) => resolved(reference, own)),
      ),
    ),
  );
  const role = new Role(`${name}-role`, { assumeRolePolicy, tags }, opts);
  const granted = grants.map((grant) => new RolePolicy(`${name}-${grant}`, { role: role.name, policy: rights[grant] }, opts));
  return { accountAnnotations: { "eks.amazonaws.com/role-arn": role.arn }, ready: granted.map(({ id }) => id) };
}
