import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import { type Identity, named, part } from "../kubernetes/identity.ts";
import { cronJob } from "../kubernetes/jobs.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { bindingVolumes, container, environment, podTemplate, secretFilePath } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { clientEnvironment } from "./roles-job.ts";
import type { PostgresSpec } from "./spec.ts";

/** Once a day: the certificate is renewed thirty days before its end, so many runs may fail before a client notices. */
const schedule = "41 4 * * *";

/**
 * Has the server read its files again every day. cert-manager renews the certificate and the kubelet brings it into the pod, but a
 * server goes on with the one that it read at its start, until nobody trusts it any more.
 */
export function takeUpCertificate(identity: Identity, spec: PostgresSpec, login: ServiceBinding, opts: pulumi.CustomResourceOptions): void {
  const reload = part(identity, "reload", "maintenance");
  const account = new k8s.core.v1.ServiceAccount(`${reload.name}-account`, { metadata: named(reload), automountServiceAccountToken: false }, opts);
  const policy = new k8s.networking.v1.NetworkPolicy(`${reload.name}-policy`, workloadPolicy(reload, [], [login]), opts);
  admitClient(reload, [login], opts);
  new k8s.batch.v1.CronJob(reload.name, reloadCronJob(reload, spec, login), { ...opts, dependsOn: [account, policy] });
}

/** A new pod's packets pass its network policy about a second after its start. */
const command = (passwordFile: string) =>
  [
    `export PGPASSWORD="$(cat ${passwordFile})"`,
    "for attempt in $(seq 30); do pg_isready -q && break; sleep 1; done",
    "exec psql --no-psqlrc --quiet --tuples-only --command 'SELECT pg_reload_conf()'",
  ].join("\n");

function reloadCronJob(identity: Identity, spec: PostgresSpec, login: ServiceBinding): k8s.batch.v1.CronJobArgs {
  const secrets = bindingVolumes([login]);
  const { database, username } = login.settings ?? {};
  return cronJob(
    identity,
    { schedule, kept: 1 },
    {
      backoffLimit: 2,
      activeDeadlineSeconds: 300,
      template: podTemplate(identity, {
        restartPolicy: "Never",
        terminationGracePeriodSeconds: 10,
        containers: [
          container({
            name: "reload",
            image: spec.image,
            command: ["bash", "-c", command(secretFilePath(login, "password"))],
            env: environment({ ...clientEnvironment(login, username!), PGDATABASE: database }),
            resources: resourceRequirements({ cpu: "10m", memory: "32Mi", ephemeralStorage: "16Mi" }),
            volumeMounts: secrets.mounts,
          }),
        ],
        volumes: secrets.volumes,
      }),
    },
  );
}
