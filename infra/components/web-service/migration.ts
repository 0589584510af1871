import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import { type Identity, named } from "../kubernetes/identity.ts";
import { awaitedJob } from "../kubernetes/jobs.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { bindingEnvironment, bindingVolumes, container, podTemplate, scratch } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import type { WebServiceSpec } from "./spec.ts";

/** A command of the image that must succeed before pods of that image start. */
export interface Migration {
  /** Command and arguments, such as `["node", "src/migrate.ts"]`. A change runs it again. */
  command: string[];
  /** What it uses: commonly the database under its owner's login. */
  uses: ServiceBinding[];
  /** Longest time in seconds for all attempts together. Defaults to 900. Longer, and the rollout fails, the old version stays. */
  deadlineSeconds?: number;
}

/** Makes the Job and what it may reach. The Job holds the image, so a new image is a new Job, and the rollout waits for it. */
export function runMigration(identity: Identity, spec: WebServiceSpec, migration: Migration, opts: pulumi.CustomResourceOptions): k8s.batch.v1.Job {
  new k8s.core.v1.ServiceAccount(`${identity.name}-account`, { metadata: named(identity), automountServiceAccountToken: false }, opts);
  new k8s.networking.v1.NetworkPolicy(`${identity.name}-policy`, workloadPolicy(identity, [], migration.uses), opts);
  admitClient(identity, migration.uses, opts);
  const deadlineSeconds = migration.deadlineSeconds ?? 900;
  return new k8s.batch.v1.Job(identity.name, migrationJob(identity, spec, migration, deadlineSeconds), {
    ...opts,
    // Just before the deadline: when the Job reaches it, its pods are deleted, and with them the reason, such as an image that can't be pulled.
    customTimeouts: { create: `${deadlineSeconds - 5}s`, update: `${deadlineSeconds - 5}s` },
  });
}

function migrationJob(identity: Identity, spec: WebServiceSpec, migration: Migration, deadlineSeconds: number): k8s.batch.v1.JobArgs {
  const temporary = scratch("tmp", "/tmp", "32Mi");
  const bindings = bindingVolumes(migration.uses);
  return awaitedJob(identity, {
    // One more try for a database that was just restarting; a statement that fails, fails again.
    backoffLimit: 1,
    activeDeadlineSeconds: deadlineSeconds,
    template: podTemplate(identity, {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 30,
      containers: [
        container({
          name: "migration",
          image: spec.image,
          command: migration.command,
          env: bindingEnvironment(migration.uses),
          resources: resourceRequirements({ ...spec.resources, cpu: "50m" }),
          volumeMounts: [temporary.mount, ...bindings.mounts],
        }),
      ],
      volumes: [temporary.volume, ...bindings.volumes],
    }),
  });
}
