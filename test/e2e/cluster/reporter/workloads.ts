import { type ApiObject, condition, type Sample, sample, seconds } from "./samples.ts";

const place = ({ metadata }: ApiObject, kind: string) => ({ namespace: metadata.namespace as string, [kind]: metadata.name as string });

export function deployment(object: ApiObject): Sample[] {
  const at = place(object, "deployment");
  const { metadata, spec, status } = object;
  return [
    ...sample("kube_deployment_created", at, seconds(metadata.creationTimestamp)),
    ...sample("kube_deployment_metadata_generation", at, metadata.generation),
    ...sample("kube_deployment_spec_paused", at, spec.paused ?? false),
    ...sample("kube_deployment_spec_replicas", at, spec.replicas),
    ...sample("kube_deployment_status_observed_generation", at, status.observedGeneration),
    ...sample("kube_deployment_status_replicas", at, status.replicas ?? 0),
    ...sample("kube_deployment_status_replicas_available", at, status.availableReplicas ?? 0),
    ...sample("kube_deployment_status_replicas_ready", at, status.readyReplicas ?? 0),
    ...sample("kube_deployment_status_replicas_unavailable", at, status.unavailableReplicas ?? 0),
    ...sample("kube_deployment_status_replicas_updated", at, status.updatedReplicas ?? 0),
    ...(status.conditions ?? []).flatMap((one: ApiObject) =>
      condition("kube_deployment_status_condition", { ...at, condition: one.type, reason: one.reason }, one.status),
    ),
  ];
}

export function statefulSet(object: ApiObject): Sample[] {
  const at = place(object, "statefulset");
  const { metadata, spec, status } = object;
  return [
    ...sample("kube_statefulset_created", at, seconds(metadata.creationTimestamp)),
    ...sample("kube_statefulset_replicas", at, spec.replicas),
    ...sample("kube_statefulset_status_replicas", at, status.replicas ?? 0),
    ...sample("kube_statefulset_status_replicas_available", at, status.availableReplicas ?? 0),
    ...sample("kube_statefulset_status_replicas_current", at, status.currentReplicas ?? 0),
    ...sample("kube_statefulset_status_replicas_ready", at, status.readyReplicas ?? 0),
    ...sample("kube_statefulset_status_replicas_updated", at, status.updatedReplicas ?? 0),
  ];
}

export function autoscaler(object: ApiObject): Sample[] {
  const at = place(object, "horizontalpodautoscaler");
  const { spec, status } = object;
  return [
    ...sample("kube_horizontalpodautoscaler_spec_max_replicas", at, spec.maxReplicas),
    ...sample("kube_horizontalpodautoscaler_spec_min_replicas", at, spec.minReplicas ?? 1),
    ...sample("kube_horizontalpodautoscaler_status_current_replicas", at, status.currentReplicas ?? 0),
    ...sample("kube_horizontalpodautoscaler_status_desired_replicas", at, status.desiredReplicas ?? 0),
    ...(status.conditions ?? []).flatMap((one: ApiObject) =>
      condition("kube_horizontalpodautoscaler_status_condition", { ...at, condition: one.type }, one.status),
    ),
    ...(spec.metrics ?? []).flatMap((one: ApiObject) =>
      sample(
        "kube_horizontalpodautoscaler_spec_target_metric",
        { ...at, metric_name: one.resource?.name, metric_target_type: "utilization" },
        one.resource?.target.averageUtilization,
      ),
    ),
    ...(status.currentMetrics ?? []).flatMap((one: ApiObject) =>
      sample(
        "kube_horizontalpodautoscaler_status_target_metric",
        { ...at, metric_name: one.resource?.name, metric_target_type: "utilization" },
        one.resource?.current.averageUtilization,
      ),
    ),
  ];
}

export function disruptionBudget(object: ApiObject): Sample[] {
  const at = place(object, "poddisruptionbudget");
  const { metadata, status } = object;
  return [
    ...sample("kube_poddisruptionbudget_created", at, seconds(metadata.creationTimestamp)),
    ...sample("kube_poddisruptionbudget_status_current_healthy", at, status.currentHealthy),
    ...sample("kube_poddisruptionbudget_status_desired_healthy", at, status.desiredHealthy),
    ...sample("kube_poddisruptionbudget_status_pod_disruptions_allowed", at, status.disruptionsAllowed),
    ...sample("kube_poddisruptionbudget_status_expected_pods", at, status.expectedPods),
    ...sample("kube_poddisruptionbudget_status_observed_generation", at, status.observedGeneration),
  ];
}
