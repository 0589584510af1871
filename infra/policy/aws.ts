import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { list, parsePolicy, type Statement } from "../policy-simulator/document.ts";

/** What a preview doesn't know yet is judged by the update. */
export function statementsOf(json: unknown): Statement[] {
  return typeof json === "string" ? parsePolicy("", json).statements : [];
}

const identityPolicies = /^aws:iam\/(role|group|user)Policy:|^aws:iam\/policy:Policy$/;

/** An identity that may do everything may also do what the one who took it over wants. */
export const narrowIdentities: ResourceValidationPolicy = {
  name: "narrow-identities",
  description: "What an identity may do is named action by action, on named resources, and deletes no object.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => {
    if (!identityPolicies.test(type)) return;
    for (const { Action, Effect, NotAction, NotResource, Resource, Sid } of statementsOf(props.policy)) {
      if (Effect !== "Allow") continue;
      if (NotAction ?? NotResource) report(`statement ${Sid} allows all but something; name what it allows.`);
      const wide = list(Action).find((action) => action.includes("*"));
      if (wide) report(`statement ${Sid} allows "${wide}"; name the actions one by one.`);
      if (list(Resource).includes("*")) report(`statement ${Sid} is for every resource; name the bucket, key or prefix.`);
      const deletes = list(Action).find((action) => /^s3:(Delete|BypassGovernance)/i.test(action));
      if (deletes) report(`statement ${Sid} allows ${deletes}; leave deletion to lifecycle rules and the break-glass principal.`);
    }
  },
};

/** A role without a condition on its pods or tokens is everybody's in the cluster. */
export const namedTrust: ResourceValidationPolicy = {
  name: "named-trust",
  description: "A role of pods is given to named service accounts only.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => {
    if (type !== "aws:iam/role:Role") return;
    for (const statement of statementsOf(props.assumeRolePolicy)) if (statement.Effect === "Allow") judgeTrust(statement, report);
  },
};

function judgeTrust({ Condition = {}, Principal: who, Sid }: Statement, report: ReportViolation): void {
  if (who === "*" || list(who?.AWS).includes("*")) report(`statement ${Sid} gives the role to everybody; name the principal.`);
  const named = Object.keys(Condition.StringEquals ?? {});
  const byPod = who !== "*" && list(who?.Service).includes("pods.eks.amazonaws.com");
  const ofPod = ["aws:RequestTag/kubernetes-namespace", "aws:RequestTag/kubernetes-service-account"];
  if (byPod && !ofPod.every((key) => named.includes(key)))
    report(`statement ${Sid} gives the role to any pod; compare ${ofPod.join(" and ")} by StringEquals.`);
  if (who !== "*" && who?.Federated && !(named.some((key) => key.endsWith(":sub")) && named.some((key) => key.endsWith(":aud"))))
    report(`statement ${Sid} takes any token of its issuer; compare its sub and aud by StringEquals.`);
}

export const rotatedKeys: ResourceValidationPolicy = {
  name: "rotated-keys",
  description: "Keys rotate by themselves, and a deletion leaves a month to notice it.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => {
    if (type !== "aws:kms/key:Key") return;
    if (props.enableKeyRotation !== true) report("does not rotate; set enableKeyRotation.");
    if ((props.deletionWindowInDays ?? 30) < 30) report(`would be gone ${props.deletionWindowInDays} days after its deletion; set deletionWindowInDays to 30.`);
  },
};
