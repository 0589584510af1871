import { expect, test } from "vitest";
import { WebService, type WebServiceArgs } from "./web-service.ts";

const args: WebServiceArgs = { namespace: "links", image: "example.org/links@sha256:0", resources: { cpu: "100m", memory: "128Mi" } };
const postgres = { name: "postgres", namespace: "links", host: "postgres", port: 5432 };

test.each<[string, Partial<WebServiceArgs>, RegExp]>([
  [
    "fewer replicas at most than at least",
    { scaling: { minReplicas: 5, maxReplicas: 2 } },
    /scaling\.maxReplicas 2 is below minReplicas 5; raise it to at least 5/,
  ],
  ["a target above what is requested", { scaling: { cpuPercent: 150 } }, /scaling\.cpuPercent 150 is out of bounds/],
  [
    "a limit below the request",
    { resources: { cpu: "200m", cpuLimit: "100m", memory: "128Mi" } },
    /resources\.cpuLimit 100m is below cpu 200m; raise it to at least 200m/,
  ],
  ["one binding twice", { uses: [postgres, postgres] }, /uses names the binding "postgres" twice/],
  ["a variable no shell can name", { environment: { "log-level": "info" } }, /environment\.log-level is no name of a variable; .* such as LOG_LEVEL/],
  ["a secret no shell can name", { secrets: { "api key": "x" } }, /secrets\.api key is no name of a variable; .* such as API_KEY/],
  ["health on the public port", { internalPort: 8080 }, /internalPort 8080 is also the public port/],
  ["a port that needs root", { port: 80 }, /port 80 is out of bounds; give 1024 to 65535/],
  ["a deadline before the first probe", { progressDeadlineSeconds: 5 }, /progressDeadlineSeconds 5 is over before a pod can have started; give at least 35/],
])("refuses %s", (_, change, message) => expect(() => new WebService("links", { ...args, ...change })).toThrow(message));
