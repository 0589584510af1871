import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { autonamed, type Identity } from "../kubernetes/identity.ts";
import { container, podTemplate, scratch, secretVolume } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { roleSecretsPath, roleStatementsPath, rolesScript } from "./roles.ts";

export interface RolesJobInputs {
  image: pulumi.Input<string>;
  host: pulumi.Input<string>;
  port: number;
  secret: pulumi.Input<string>;
  statements: pulumi.Input<string>;
}

/**
 * Sets the roles, and is awaited before anybody gets a login. Its Secret and its statements are named by their content, so a new
 * password or a new role makes a new Job.
 */
export function rolesJob(identity: Identity, inputs: RolesJobInputs): k8s.batch.v1.JobArgs {
  const temporary = scratch("tmp", "/tmp", "16Mi");
  return {
    metadata: autonamed(identity),
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: 300,
      template: podTemplate(identity, {
        restartPolicy: "Never",
        terminationGracePeriodSeconds: 10,
        containers: [
          container({
            name: "roles",
            image: inputs.image,
            command: ["bash", "-c", pulumi.output(inputs.host).apply((host) => rolesScript(host, inputs.port))],
            resources: resourceRequirements({ cpu: "20m", memory: "64Mi", ephemeralStorage: "32Mi" }),
            volumeMounts: [
              { name: "statements", mountPath: roleStatementsPath, readOnly: true },
              { name: "passwords", mountPath: roleSecretsPath, readOnly: true },
              temporary.mount,
            ],
          }),
        ],
        volumes: [
          { name: "statements", configMap: { name: inputs.statements } },
          secretVolume("passwords", inputs.secret, ["admin", "owner", "app_a", "app_b", "exporter", "backup"]),
          temporary.volume,
        ],
      }),
    },
  };
}
