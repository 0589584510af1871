import { cases, cluster, proofs } from "./case.ts";

const links = { deployment: "links" };
const deployment = (wanted: string, available: string) => ({
  [cluster("kube_deployment_spec_replicas", links)]: wanted,
  [cluster("kube_deployment_status_replicas_available", links)]: available,
});
const stateful = (wanted: string, ready: string) => ({
  [cluster("kube_statefulset_replicas", { statefulset: "postgres" })]: wanted,
  [cluster("kube_statefulset_status_replicas_ready", { statefulset: "postgres" })]: ready,
});
const failed = (values: string) => ({ [cluster("kube_deployment_status_condition", { ...links, condition: "Progressing", status: "false" })]: values });
const paused = (values: string) => ({ [cluster("kube_deployment_spec_paused", links)]: values });
const other = { [cluster("kube_deployment_created", links)]: "1x120" };

export const rolloutCases = [
  ...cases(
    "AppRolloutStuck",
    [
      { situation: "one of two pods never gets available", fires: true, series: deployment("2x60", "1x60") },
      { situation: "the database's pod is not ready", fires: true, series: stateful("1x60", "0x60") },
      { situation: "a rollout of ten minutes", fires: false, at: "13m", series: deployment("2x60", "2x3 1x10 2x60") },
      { situation: "all are there", fires: false, series: { ...deployment("2x60", "2x60"), ...stateful("1x60", "1x60") } },
      { situation: "scaled to nothing on purpose", fires: false, series: deployment("0x60", "0x60") },
      {
        situation: "how many are available is not reported",
        fires: false,
        series: { [cluster("kube_deployment_spec_replicas", links)]: "2x60" },
        proves: proofs.absent,
      },
    ],
    { at: "30m" },
  ),
  ...cases("AppRolloutDegraded", [
    { situation: "the deadline passed with all old pods there", fires: true, series: { ...deployment("2x60", "2x60"), ...failed("0x5 1x60") } },
    { situation: "it comes up a moment after the deadline", fires: false, at: "6m", series: failed("0x5 1 0x60") },
    { situation: "it progresses", fires: false, series: failed("0x60") },
    {
      situation: "another namespace's deadline passed",
      fires: false,
      series: { [cluster("kube_deployment_status_condition", { ...links, namespace: "other", condition: "Progressing", status: "false" })]: "1x60" },
    },
    { situation: "conditions are not reported", fires: false, series: other, proves: proofs.absent },
  ]),
  ...cases(
    "AppRolloutPausedTooLong",
    [
      { situation: "paused for seventy minutes", fires: true, series: paused("0x10 1x120") },
      { situation: "paused for twenty minutes", fires: false, at: "29m", series: paused("0x10 1x20 0x120") },
      { situation: "not paused", fires: false, series: paused("0x120") },
      { situation: "not reported", fires: false, series: other, proves: proofs.absent },
    ],
    { at: "80m" },
  ),
];
