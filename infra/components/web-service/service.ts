import type * as k8s from "@pulumi/kubernetes";
import { type Identity, named, selectorLabels } from "../kubernetes/identity.ts";
import { metricsPortName, scrapeAnnotations } from "../kubernetes/scrape.ts";
import type { WebServiceSpec } from "./spec.ts";

export const httpPortName = "http";

/** The Service has the container's own port numbers: a network policy sees those, whatever number the Service has. */
export function webServicePorts(identity: Identity, spec: WebServiceSpec): k8s.core.v1.ServiceArgs {
  const metadata = named(identity);
  return {
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...scrapeAnnotations(spec.monitoring, spec.internalPort) } },
    spec: {
      type: "ClusterIP",
      selector: selectorLabels(identity),
      ports: [
        { name: httpPortName, port: spec.port, targetPort: httpPortName, protocol: "TCP" },
        { name: metricsPortName, port: spec.internalPort, targetPort: metricsPortName, protocol: "TCP" },
      ],
    },
  };
}
