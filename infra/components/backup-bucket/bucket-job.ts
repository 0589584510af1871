import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { toolsVolume } from "../backup-tools/programs.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { awaitedJob } from "../kubernetes/jobs.ts";
import { container, environment, podTemplate, secretVolume } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { storeRegion } from "./in-cluster-store.ts";
import { storeAccounts } from "./store-policy.ts";

export const bucketProgram = "bucket/main";

export interface BucketJobInputs {
  /** An image with Node. */
  image: pulumi.Input<string>;
  endpoint: pulumi.Input<string>;
  bucket: string;
  /** The bucket's policy, as JSON. */
  policy: string;
  /** Secret with the root login's secret, under the key `root`. */
  secret: pulumi.Input<string>;
  /** ConfigMap of the programs. */
  tools: pulumi.Input<string>;
}

const secretPath = "/run/secrets/store";

/** Makes the bucket, or finds it there, and gives it its policy. */
export function bucketJob(identity: Identity, inputs: BucketJobInputs): k8s.batch.v1.JobArgs {
  const tools = toolsVolume(inputs.tools, bucketProgram);
  return awaitedJob(identity, {
    backoffLimit: 3,
    activeDeadlineSeconds: 300,
    template: podTemplate(identity, {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 5,
      containers: [
        container({
          name: "bucket",
          image: inputs.image,
          command: ["node", "--max-old-space-size=32", `${tools.mount.mountPath}/${bucketProgram}.js`],
          env: environment({
            ACCESS_KEY_ID: storeAccounts.root,
            BUCKET: inputs.bucket,
            ENDPOINT: inputs.endpoint,
            POLICY: inputs.policy,
            REGION: storeRegion,
            SECRET_FILE: `${secretPath}/root`,
          }),
          resources: resourceRequirements({ cpu: "10m", cpuLimit: "500m", memory: "96Mi", ephemeralStorage: "16Mi" }),
          volumeMounts: [tools.mount, { name: "accounts", mountPath: secretPath, readOnly: true }],
        }),
      ],
      volumes: [tools.volume, secretVolume("accounts", inputs.secret, ["root"])],
    }),
  });
}
