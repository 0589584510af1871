import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { namedTrust, narrowIdentities, rotatedKeys } from "./aws.ts";
import { hardenedBuckets, keptBackups } from "./buckets.ts";
import { podOf } from "./pods.ts";
import { bounded, fixedImage, type PodRule, restricted, secretsAsFiles } from "./rules.ts";

type Enforcement = "mandatory" | "advisory";

function podPolicy(name: string, description: string, rule: PodRule, enforcementLevel: Enforcement = "mandatory"): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel,
    validateResource: ({ type, props }, report) => {
      const pod = podOf(type, props);
      if (pod) rule(pod).forEach((problem) => void report(problem));
    },
  };
}

/** Kinds whose loss is the loss of data. */
const dataKinds = new Set(["kubernetes:core/v1:PersistentVolumeClaim", "aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:rds/instance:Instance"]);

function holdsData({ type, props }: ResourceValidationArgs): boolean {
  if (type === "kubernetes:apps/v1:StatefulSet") return (props.spec?.volumeClaimTemplates ?? []).length > 0;
  return dataKinds.has(type);
}

const protectedData: ResourceValidationPolicy = {
  name: "protected-data",
  description: "What holds data is protected: a slip in a program must not delete it. Advisory, since a development stack is meant to go.",
  enforcementLevel: "advisory",
  validateResource: (args, report: ReportViolation) => {
    if (holdsData(args) && !args.opts.protect)
      report("holds data and is not protected; set protectData in the stack's config, or protect in the resource's options.");
  },
};

const closedServices: ResourceValidationPolicy = {
  name: "closed-services",
  description: "Services stay inside the cluster; the one way in is an Ingress with TLS.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => {
    const serviceType = props.spec?.type ?? "ClusterIP";
    if (type === "kubernetes:core/v1:Service" && serviceType !== "ClusterIP")
      report(`is of type ${serviceType}, open to the outside; use ClusterIP behind a PublicEndpoint.`);
    if (type === "kubernetes:networking.k8s.io/v1:Ingress" && !props.spec?.tls?.length) report("has no TLS; give spec.tls.");
  },
};

const gatedRollouts: ResourceValidationPolicy = {
  name: "gated-rollouts",
  description: "A rollout takes no pod away before its successor has proved itself.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => {
    if (type !== "kubernetes:apps/v1:Deployment") return;
    const { strategy, progressDeadlineSeconds } = props.spec ?? {};
    if (strategy?.type !== "Recreate" && strategy?.rollingUpdate?.maxUnavailable !== 0)
      report("may take pods away first; set strategy.rollingUpdate.maxUnavailable to 0.");
    if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds >= 600)
      report(`progressDeadlineSeconds ${progressDeadlineSeconds} is not below the 600 s that Pulumi waits; the reason would never be seen.`);
  },
};

const closedBuckets: ResourceValidationPolicy = {
  name: "closed-buckets",
  description: "No bucket can be opened to the public, by whatever policy or list.",
  enforcementLevel: "mandatory",
  validateResource: ({ type, props }, report) => {
    if (type !== "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock") return;
    for (const key of ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"]) {
      if (props[key] !== true) report(`${key} is not true; a bucket of backups has no public.`);
    }
  },
};

export const policies: readonly ResourceValidationPolicy[] = [
  podPolicy("restricted-pods", "Pods meet the Pod Security Standard restricted, have a read-only root and no token.", restricted),
  podPolicy("fixed-images", "Images are named by digest or by a tag that does not move.", fixedImage),
  podPolicy("bounded-containers", "Containers say what they need and what they may use at most.", bounded),
  podPolicy("secrets-as-files", "Secrets are files, never environment.", secretsAsFiles),
  closedServices,
  gatedRollouts,
  protectedData,
  closedBuckets,
  narrowIdentities,
  namedTrust,
  rotatedKeys,
];

/** Rules that look at several resources at once. */
export const stackPolicies: readonly StackValidationPolicy[] = [hardenedBuckets, keptBackups];
