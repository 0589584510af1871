import { type ApiObject, quantity, type Sample, sample, seconds } from "./samples.ts";

const phases = ["Pending", "Running", "Succeeded", "Failed", "Unknown"];

export function pod(object: ApiObject): Sample[] {
  const { metadata, spec, status } = object;
  const at = { namespace: metadata.namespace as string, pod: metadata.name as string, uid: metadata.uid as string };
  const [owner] = metadata.ownerReferences ?? [];
  const by = { kind: owner?.kind ?? "", name: owner?.name ?? "" };
  const ready = (status.conditions ?? []).find((one: ApiObject) => one.type === "Ready");
  return [
    ...sample("kube_pod_info", { ...at, node: spec.nodeName ?? "", pod_ip: status.podIP ?? "", created_by_kind: by.kind, created_by_name: by.name }, 1),
    ...sample("kube_pod_owner", { ...at, owner_kind: by.kind, owner_name: by.name, owner_is_controller: `${owner?.controller ?? ""}` }, 1),
    ...sample("kube_pod_created", at, seconds(metadata.creationTimestamp)),
    ...sample("kube_pod_start_time", at, seconds(status.startTime)),
    ...phases.flatMap((phase) => sample("kube_pod_status_phase", { ...at, phase }, status.phase === phase)),
    ...["true", "false", "unknown"].flatMap((one) =>
      ready ? sample("kube_pod_status_ready", { ...at, condition: one }, ready.status.toLowerCase() === one) : [],
    ),
    ...spec.containers.flatMap((container: ApiObject) => limits(at, spec.nodeName, container)),
    ...(status.containerStatuses ?? []).flatMap((one: ApiObject) => container(at, one)),
  ];
}

function limits(at: Record<string, string>, node: string | undefined, { name, resources = {} }: ApiObject): Sample[] {
  const units: Record<string, string> = { cpu: "core", memory: "byte", "ephemeral-storage": "byte" };
  return (["requests", "limits"] as const).flatMap((kind) =>
    Object.entries<string>(resources[kind] ?? {}).flatMap(([resource, amount]) =>
      sample(
        `kube_pod_container_resource_${kind}`,
        { ...at, container: name, node, resource: resource.replaceAll("-", "_"), unit: units[resource] },
        quantity(amount),
      ),
    ),
  );
}

function container(at: Record<string, string>, status: ApiObject): Sample[] {
  const one = { ...at, container: status.name as string };
  const { running, waiting, terminated } = status.state ?? {};
  const last = status.lastState?.terminated;
  return [
    ...sample("kube_pod_container_info", { ...one, image: status.image, image_spec: status.image, container_id: status.containerID }, 1),
    ...sample("kube_pod_container_status_ready", one, status.ready),
    ...sample("kube_pod_container_status_restarts_total", one, status.restartCount),
    ...sample("kube_pod_container_status_running", one, running !== undefined),
    ...sample("kube_pod_container_status_waiting", one, waiting !== undefined),
    ...sample("kube_pod_container_status_terminated", one, terminated !== undefined),
    ...sample("kube_pod_container_state_started", one, seconds(running?.startedAt)),
    ...(waiting?.reason ? sample("kube_pod_container_status_waiting_reason", { ...one, reason: waiting.reason }, 1) : []),
    ...(terminated?.reason ? sample("kube_pod_container_status_terminated_reason", { ...one, reason: terminated.reason }, 1) : []),
    ...(last?.reason ? sample("kube_pod_container_status_last_terminated_reason", { ...one, reason: last.reason }, 1) : []),
    ...(last ? sample("kube_pod_container_status_last_terminated_exitcode", one, last.exitCode) : []),
  ];
}
