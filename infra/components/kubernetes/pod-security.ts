/**
 * User and group of every container. Above 10000, so that it is no user of a node, and the same everywhere, so that a volume
 * written by one container can be read by the next.
 */
export const unprivilegedUser = 10001;

const seccompProfile = { type: "RuntimeDefault" };

/** Pod-level half of what the Pod Security Standard `restricted` asks for. */
export const podSecurityContext = {
  runAsNonRoot: true,
  runAsUser: unprivilegedUser,
  runAsGroup: unprivilegedUser,
  fsGroup: unprivilegedUser,
  // Without it the kubelet walks the whole volume at each start: minutes for a large database.
  fsGroupChangePolicy: "OnRootMismatch",
  seccompProfile,
};

/** Container-level half; init containers and sidecars carry it too. */
export const containerSecurityContext = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: unprivilegedUser,
  runAsGroup: unprivilegedUser,
  capabilities: { drop: ["ALL"] },
  seccompProfile,
};
