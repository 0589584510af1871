import { expect, test } from "vitest";
import { policies } from "./policies.ts";

const good = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  automountServiceAccountToken: false,
  containers: [
    {
      name: "app",
      image: "example.org/app:1.2.3",
      resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    },
  ],
};
const container = (change: object) => ({ ...good, containers: [{ ...good.containers[0], ...change }] });
const deployment = (pod: object) => ({
  type: "kubernetes:apps/v1:Deployment",
  props: { spec: { strategy: { rollingUpdate: { maxUnavailable: 0 } }, template: { spec: pod } } },
});

async function violations({ type, props }: { type: string; props: object }, protect = false): Promise<string[]> {
  const found: string[] = [];
  for (const policy of policies) {
    const args = { type, props, name: "x", urn: "urn", opts: { protect } } as never;
    for (const validate of [policy.validateResource].flat()) await validate?.(args, (message) => void found.push(`${policy.name}: ${message}`));
  }
  return found;
}

test("a careful Deployment keeps every rule", async () => expect(await violations(deployment(good))).toEqual([]));

test("a public key and a key's name are no secrets", async () => {
  const env = [
    { name: "DRILL_PUBLIC_KEY", value: "-----BEGIN PUBLIC KEY-----" },
    { name: "KMS_KEY", value: "arn:aws:kms:eu-central-1:000000000000:key/backups" },
  ];
  expect(await violations(deployment(container({ env })))).toEqual([]);
});

test.each([
  ["a floating image", container({ image: "app:latest" }), /^fixed-images: .*"app:latest" floats/],
  ["no tag at all, with a port in the registry", container({ image: "example.org:5000/app" }), /^fixed-images/],
  ["a token nobody needs", { ...good, automountServiceAccountToken: undefined }, /^restricted-pods: automountServiceAccountToken/],
  ["the node's network", { ...good, hostNetwork: true }, /^restricted-pods: hostNetwork/],
  ["a writable root", container({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }), /readOnlyRootFilesystem/],
  ["no memory limit", container({ resources: { requests: { cpu: "1", memory: "1Gi" } } }), /^bounded-containers: .*no memory limit/],
  ["a secret taken into the environment", container({ env: [{ name: "P", valueFrom: { secretKeyRef: {} } }] }), /^secrets-as-files: .*P takes a secret/],
  ["a secret in plain text", container({ env: [{ name: "DB_PASSWORD", value: "hunter2" }] }), /^secrets-as-files: .*DB_PASSWORD looks like/],
  ["an init container like that", { ...good, initContainers: [{ ...good.containers[0], name: "init", image: "x" }] }, /container "init": image "x" floats/],
])("%s is found", async (_, pod, message) => {
  const found = await violations(deployment(pod));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(message);
});

test.each([
  ["an open Service", { type: "kubernetes:core/v1:Service", props: { spec: { type: "LoadBalancer" } } }, /^closed-services: is of type LoadBalancer/],
  ["an Ingress without TLS", { type: "kubernetes:networking.k8s.io/v1:Ingress", props: { spec: {} } }, /^closed-services: has no TLS/],
  ["a rollout that takes pods first", { type: "kubernetes:apps/v1:Deployment", props: { spec: { template: { spec: good } } } }, /^gated-rollouts/],
  [
    "a bucket that may be opened",
    { type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", props: { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true } },
    /restrictPublicBuckets is not true/,
  ],
  ["data without protection", { type: "aws:s3/bucket:Bucket", props: {} }, /^protected-data/],
])("%s is found", async (_, resource, message) => {
  const found = await violations(resource);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(message);
});

test("protected data is fine", async () => expect(await violations({ type: "aws:s3/bucket:Bucket", props: {} }, true)).toEqual([]));
