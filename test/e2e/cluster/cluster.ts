import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { lab } from "./lab.ts";

/** What the tests must know of a cluster and can't ask it. Plain data, so that it reaches every test file. */
export interface TestCluster {
  /** Address and port where the Ingress controller takes TLS, such as `127.0.0.1:18443`. Left out, the Ingress' own address and 443. */
  ingress?: string;
  /** Likewise for plain HTTP. Left out, port 80. */
  ingressPlain?: string;
  /** Base address of Prometheus. Left out, its test is skipped. */
  prometheus?: string;
  /** A collector of spans, and where what it keeps is asked for. Left out, traces are not followed. */
  telemetry?: Telemetry;
  /** An S3 store outside the stack's namespace, in which a bucket may be made. Left out, nothing is brought back from elsewhere. */
  otherStore?: OtherStore;
  /** The stack's `slipway:images`, for a cluster that can't pull the catalogue's. */
  images: Record<string, string>;
  /** Commands to run once before anything else, such as fetching images. */
  prepare: string[][];
  /** Command that builds and pushes an image: called with a folder, `-t NAME:TAG` and options as `docker build` has them; prints NAME@DIGEST last. */
  build?: string[];
  /** Repository to tag built images with. */
  repository: string;
  /** Base image of the app with Node 24, for a builder that can't pull the Dockerfile's own. */
  baseImage?: string;
  /** Command that, called with namespace and pod, prints the process id of the pod's first process on this machine. Left out, nothing is stopped. */
  processOf?: string[];
}

export interface Telemetry {
  /** The stack's `slipway:tracing`. */
  tracing: { endpoint: string; namespace: string };
  /** Base address of Jaeger's query API. */
  jaeger: string;
  /** Base address of a Loki that has every pod's log. */
  loki: string;
}

export interface OtherStore {
  /** Base address as pods see it. */
  inside?: string;
  /** Instead of `inside`, `namespace/name` of its Service in this cluster: then its pod is called, whose port is the one that policies see. */
  service?: string;
  /** The same store from this machine. */
  outside: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const variables = {
  ingress: "SLIPWAY_E2E_INGRESS",
  ingressPlain: "SLIPWAY_E2E_INGRESS_PLAIN",
  prometheus: "SLIPWAY_E2E_PROMETHEUS",
  repository: "SLIPWAY_E2E_REPOSITORY",
  baseImage: "SLIPWAY_E2E_BASE_IMAGE",
} as const;

/** The cluster as its adapter knows it, with what the environment says on top. */
export function testCluster(environment: NodeJS.ProcessEnv): TestCluster {
  const known: TestCluster = onPath("lab", environment) ? lab : { images: {}, prepare: [], repository: "localhost:5000/links-e2e" };
  const told = Object.entries(variables).flatMap(([key, name]) => (environment[name] ? [[key, environment[name]]] : []));
  const words = (name: string) => environment[name]?.trim().split(/\s+/);
  return {
    ...known,
    ...Object.fromEntries(told),
    ...(environment.SLIPWAY_E2E_TRACES && { telemetry: JSON.parse(environment.SLIPWAY_E2E_TRACES) }),
    ...(environment.SLIPWAY_E2E_OTHER_STORE && { otherStore: JSON.parse(environment.SLIPWAY_E2E_OTHER_STORE) }),
    ...(environment.SLIPWAY_E2E_IMAGES && { images: JSON.parse(environment.SLIPWAY_E2E_IMAGES) }),
    ...(environment.SLIPWAY_E2E_IMAGE_BUILD && { build: words("SLIPWAY_E2E_IMAGE_BUILD") }),
    ...(environment.SLIPWAY_E2E_PROCESS_OF && { processOf: words("SLIPWAY_E2E_PROCESS_OF") }),
  };
}

function onPath(command: string, environment: NodeJS.ProcessEnv): boolean {
  return (environment.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
