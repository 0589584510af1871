import { resourceRequirements } from "../../components/kubernetes/resources.ts";
import { clusterIssuerName } from "../cluster-issuer.ts";
import type { PlatformValues } from "../config/schema.ts";

/** ClusterRole that lets Grafana's sidecar read ConfigMaps. */
export const dashboardReaderRole = "grafana-dashboard-reader";
/** Secret with the administrator's name and password. */
export const adminSecret = "grafana-admin";

const secretFolder = "/etc/secrets/grafana-admin";

/** Values of Grafana. It keeps nothing: dashboards and data sources are code, and so it needs no volume. */
export function grafanaValues({ ingress, monitoring: { grafana } }: PlatformValues, sources: readonly object[]) {
  const { host } = grafana;
  return {
    admin: { existingSecret: adminSecret },
    // Read from a file. As it comes, the chart puts the password into the environment of Grafana and of its sidecar.
    env: { GF_SECURITY_ADMIN_USER: "admin", GF_SECURITY_ADMIN_PASSWORD__FILE: `${secretFolder}/admin-password` },
    extraSecretMounts: [{ name: adminSecret, secretName: adminSecret, mountPath: secretFolder, readOnly: true }],
    "grafana.ini": {
      "auth.anonymous": { enabled: false },
      users: { allow_sign_up: false },
      // It tells its maker how it is used, and asks there for newer versions.
      analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
      security: { cookie_secure: host !== undefined, strict_transport_security: host !== undefined },
      ...(host && { server: { root_url: `https://${host}` } }),
    },
    // The chart's own role lets Grafana read every Secret of the cluster.
    rbac: { useExistingClusterRole: dashboardReaderRole },
    sidecar: {
      // From every namespace. Grafana itself looks into the folder every half minute, so the sidecar needs no password to tell it.
      dashboards: { enabled: true, resource: "configmap", searchNamespace: "ALL", folderAnnotation: "grafana_folder", skipReload: true, provider: folders },
      // As a file that is there from the start, and not by a second sidecar.
      datasources: { enabled: false },
      resources: resourceRequirements({ cpu: "20m", memory: "128Mi" }),
    },
    datasources: { "datasources.yaml": { apiVersion: 1, prune: true, datasources: sources } },
    // A change there would be lost with the pod.
    defaultDashboardsEditable: false,
    defaultDashboardsTimezone: "browser",
    // A Job that runs as root to hand over a volume that isn't there, and a pod that tests the installation.
    initChownData: { enabled: false },
    testFramework: { enabled: false },
    resources: resourceRequirements({ cpu: "50m", memory: "512Mi", ephemeralStorage: "512Mi" }),
    ingress: host
      ? {
          enabled: true,
          ingressClassName: ingress.className,
          annotations: { "cert-manager.io/cluster-issuer": clusterIssuerName },
          hosts: [host],
          tls: [{ secretName: "grafana-tls", hosts: [host] }],
        }
      : { enabled: false },
  };
}

/** The folder's name is the annotation's. */
const folders = { foldersFromFilesStructure: true };
