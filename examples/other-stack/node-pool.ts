import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Sends the pods of every Deployment below a component to one pool of nodes, which takes nothing else. */
export function onNodePool(pool: string): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (type !== "kubernetes:apps/v1:Deployment") return undefined;
    const spec = (props as k8s.types.input.apps.v1.Deployment).spec as k8s.types.input.apps.v1.DeploymentSpec;
    const template = spec.template as k8s.types.input.core.v1.PodTemplateSpec;
    const pod = template.spec as k8s.types.input.core.v1.PodSpec;
    const placed = { ...pod, nodeSelector: { pool }, tolerations: [{ key: "pool", value: pool, effect: "NoSchedule" }] };
    return { props: { ...props, spec: { ...spec, template: { ...template, spec: placed } } }, opts };
  };
}
