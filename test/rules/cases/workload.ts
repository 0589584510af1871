import { cases, cluster, proofs } from "./case.ts";

const hpa = { horizontalpodautoscaler: "links" };
const pod = { pod: "links-5f-x", container: "app" };
const restarts = cluster("kube_pod_container_status_restarts_total", pod);
const backOff = cluster("kube_pod_container_status_waiting_reason", { ...pod, reason: "CrashLoopBackOff" });
const scaler = (desired: string, least: string, most: string) => ({
  [cluster("kube_horizontalpodautoscaler_status_desired_replicas", hpa)]: desired,
  [cluster("kube_horizontalpodautoscaler_spec_min_replicas", hpa)]: least,
  [cluster("kube_horizontalpodautoscaler_spec_max_replicas", hpa)]: most,
});
const budget = (allowed: string, expected: string, name = "links") => ({
  [cluster("kube_poddisruptionbudget_status_pod_disruptions_allowed", { poddisruptionbudget: name })]: allowed,
  [cluster("kube_poddisruptionbudget_status_expected_pods", { poddisruptionbudget: name })]: expected,
});

export const workloadCases = [
  ...cases(
    "ClusterMetricsAbsent",
    [
      { situation: "no kube-state-metrics", fires: true, series: {}, proves: proofs.absent },
      {
        situation: "another Deployment is reported, ours is not",
        fires: true,
        series: { [cluster("kube_deployment_created", { deployment: "other" })]: "1x60" },
      },
      { situation: "the Deployment is reported", fires: false, series: { [cluster("kube_deployment_created", { deployment: "links" })]: "1x60" } },
      { situation: "kube-state-metrics starts", fires: false, at: "8m", series: { [cluster("kube_deployment_created", { deployment: "links" })]: "_x9 1x60" } },
    ],
    { at: "20m" },
  ),
  ...cases(
    "AppHpaAtMax",
    [
      { situation: "wants its maximum for a quarter of an hour", fires: true, series: scaler("4x60", "2x60", "4x60") },
      { situation: "wants one less", fires: false, series: scaler("3x60", "2x60", "4x60") },
      { situation: "a peak of ten minutes", fires: false, at: "14m", series: scaler("2x5 4x10 2x60", "2x60", "4x60") },
      { situation: "its maximum is its minimum, by intention", fires: false, series: scaler("1x60", "1x60", "1x60") },
      {
        situation: "what it wants is not reported",
        fires: false,
        series: { [cluster("kube_horizontalpodautoscaler_spec_max_replicas", hpa)]: "4x60" },
        proves: proofs.absent,
      },
    ],
    { at: "20m" },
  ),
  ...cases(
    "AppPodCrashLooping",
    [
      { situation: "a restart every three minutes", fires: true, series: { [restarts]: "0 0 0 1 1 1 2 2 2 3 3 3 4 4 4 5 5 5 6 6 6 7 7 7" } },
      { situation: "three restarts in a quarter of an hour", fires: true, at: "17m", series: { [restarts]: "0x5 1x4 2x3 3x20" } },
      {
        situation: "waits five minutes for its next start",
        fires: true,
        series: { [backOff]: "1 _x3 1 _x3 1 _x3 1 _x3 1 _x3 1", [restarts]: "9x30" },
        at: "10m",
      },
      { situation: "two restarts in a quarter of an hour", fires: false, at: "17m", series: { [restarts]: "0x5 1x7 2x20" } },
      { situation: "fails at its first start for less than a minute", fires: false, at: "8m", series: { [backOff]: "_x8 1 _x30", [restarts]: "0x8 1x30" } },
      { situation: "many restarts long ago, and kube-state-metrics was restarted", fires: false, series: { [restarts]: "41x5 _x5 41x20" } },
      { situation: "the pod is made anew, and its count begins at 0", fires: false, series: { [restarts]: "41x5 0x30" }, proves: proofs.reset },
      { situation: "restarts are not reported", fires: false, series: { [cluster("kube_pod_info", { pod: "links-5f-x" })]: "1x30" }, proves: proofs.absent },
    ],
    { at: "20m" },
  ),
  ...cases(
    "DisruptionBudgetBlocking",
    [
      {
        situation: "one of three pods is broken, so that none may go",
        fires: true,
        series: { ...budget("0x90", "3x90"), ...budget("1x90", "1x90", "postgres") },
      },
      { situation: "one may go", fires: false, series: budget("1x90", "3x90") },
      { situation: "a drain of twenty minutes", fires: false, at: "29m", series: budget("1x10 0x20 1x90", "3x90") },
      { situation: "scaled to nothing, so there is nothing to evict", fires: false, series: budget("0x90", "0x90") },
      {
        situation: "how many pods it expects is not reported",
        fires: false,
        series: { [cluster("kube_poddisruptionbudget_status_pod_disruptions_allowed", { poddisruptionbudget: "links" })]: "0x90" },
        proves: proofs.absent,
      },
    ],
    { at: "45m" },
  ),
];
