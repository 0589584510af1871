import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import { autonamed, type Identity } from "../kubernetes/identity.ts";
import { authorityFilePath, bindingVolumes, container, environment, podTemplate, scratch } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { roleStatementsPath, roleSuperuser, rolesScript } from "./roles.ts";

export interface RolesJobInputs {
  image: pulumi.Input<string>;
  endpoint: ServiceBinding;
  /** Secret with the passwords, and its keys. */
  secret: pulumi.Input<string>;
  files: readonly string[];
  statements: pulumi.Input<string>;
  /** Which of the volume's databases. Another one is another Job, since the roles of an empty one are not those of the last. */
  generation: number;
}

/**
 * Sets the roles, and is awaited before anybody gets a login. Its Secret and its statements are named by their content, so a new
 * password or a new role makes a new Job.
 */
export function rolesJob(identity: Identity, inputs: RolesJobInputs): k8s.batch.v1.JobArgs {
  const temporary = scratch("tmp", "/tmp", "16Mi");
  const login = adminLogin(inputs);
  const secrets = bindingVolumes([login]);
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
            command: ["bash", "-c", rolesScript],
            env: environment({ ...clientEnvironment(login, roleSuperuser), GENERATION: inputs.generation === 1 ? undefined : `${inputs.generation}` }),
            resources: resourceRequirements({ cpu: "20m", memory: "64Mi", ephemeralStorage: "32Mi" }),
            volumeMounts: [{ name: "statements", mountPath: roleStatementsPath, readOnly: true }, ...secrets.mounts, temporary.mount],
          }),
        ],
        volumes: [{ name: "statements", configMap: { name: inputs.statements } }, ...secrets.volumes, temporary.volume],
      }),
    },
  };
}

/** All passwords in one directory, beside the authority. */
function adminLogin({ endpoint, secret, files }: RolesJobInputs): ServiceBinding {
  return { ...endpoint, name: "roles", secretName: secret, secretFiles: [...files, ...(endpoint.secretFiles ?? [])] };
}

/** Where libpq's programs find the server, and how they know that it is the right one. */
export function clientEnvironment(binding: ServiceBinding, user: pulumi.Input<string>): Record<string, pulumi.Input<string> | undefined> {
  return {
    PGHOST: binding.host,
    PGPORT: `${binding.port}`,
    PGUSER: user,
    PGCONNECT_TIMEOUT: "5",
    PGSSLMODE: binding.settings?.sslMode,
    PGSSLROOTCERT: authorityFilePath(binding),
  };
}
