import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test } from "vitest";
import { fromPulumi } from "./load.ts";
import { plannedOffer } from "./platform-offer.ts";
import { platformConfig } from "./platform-stack.ts";

const least = {
  environment: "dev",
  service: { name: "links", owner: "team", email: "team@example.org" },
  cluster: { identifier: "dev" },
  image: { reference: "links:1" },
  ingress: { host: "links.example.org" },
  platform: { stack: "organization/slipway-platform/dev" },
};

/** Puts a stack's config and an engine in place that knows some stacks by their outputs. */
async function given(config: Record<string, unknown>, stacks: Record<string, object>): Promise<void> {
  const call = ({ token, inputs }: pulumi.runtime.MockCallArgs) => {
    expect(token).toBe("pulumi:pulumi:readStackOutputs");
    const outputs = stacks[inputs.name];
    const details = `invocation of ${token} returned an error: unknown stack "${inputs.name}"`;
    if (outputs === undefined) throw Object.assign(new Error(details), { details });
    return { name: inputs.name, outputs, secretOutputNames: [] };
  };
  await pulumi.runtime.setMocks({ call, newResource: ({ name, inputs }) => ({ id: name, state: inputs }) }, "slipway", "dev");
  const texts = Object.entries(config).map(([key, value]) => [`slipway:${key}`, typeof value === "object" ? JSON.stringify(value) : String(value)]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts), []);
}
afterEach(() => pulumi.runtime.setAllConfig({}, []));

const platform = { prometheusOperator: false, monitoringNamespace: "watch", ingressClass: "edge", ingressNamespace: "door", clusterIssuer: "platform" };
const known = { "organization/slipway-platform/dev": platform };

test("what the platform offers stands where the stack sets nothing", async () => {
  await given(least, known);
  const { cluster, ingress } = fromPulumi(await platformConfig());
  expect(cluster).toMatchObject({ identifier: "dev", prometheusOperator: false, monitoringNamespace: "watch", ingressNamespace: "door" });
  expect(ingress).toMatchObject({ className: "edge", issuer: { kind: "existing", name: "platform" } });
});

test("what the stack sets itself wins", async () => {
  const own = { cluster: { identifier: "dev", monitoringNamespace: "mine" }, ingress: { host: "links.example.org", issuer: { kind: "selfSigned" } } };
  await given({ ...least, ...own }, known);
  const { cluster, ingress } = fromPulumi(await platformConfig());
  expect(cluster).toMatchObject({ monitoringNamespace: "mine", ingressNamespace: "door" });
  expect(ingress.issuer).toEqual({ kind: "selfSigned" });
});

test("what a platform leaves out has the config's own default", async () => {
  await given(least, { "organization/slipway-platform/dev": { prometheusOperator: true } });
  expect(fromPulumi(await platformConfig())).toMatchObject({ cluster: { ingressNamespace: "traefik" }, ingress: { issuer: { kind: "selfSigned" } } });
});

test("without a platform nobody is asked", async () => {
  await given({ ...least, platform: {} }, {});
  expect(await platformConfig()).toEqual({});
});

test("the offline plan takes a platform's defaults and asks nobody", async () => {
  await given(least, {});
  expect(fromPulumi(await platformConfig({ ask: false })).cluster.monitoringNamespace).toBe(plannedOffer.monitoringNamespace);
});

test.each([
  [
    "a stack that nobody knows",
    {},
    /platform\.stack: organization\/slipway-platform\/dev can't be read: unknown stack "[^"]+"; name the stack .* --stack dev --cwd infra\/platform\./,
  ],
  [
    "a stack that is no platform, or not up",
    { "organization/slipway-platform/dev": { url: "x" } },
    /has no output prometheusOperator, as a platform has once it is up; name the stack/,
  ],
])("%s is told with the mend", async (_, stacks, message) => {
  await given(least, stacks);
  await expect(platformConfig()).rejects.toThrow(message);
});

test("a name that can't be one is left to the schema, which tells it beside all else", async () => {
  await given({ ...least, platform: { stack: "dev" }, environment: "test" }, {});
  const offered = await platformConfig();
  expect(() => fromPulumi(offered)).toThrow(/2 mistakes[\s\S]*environment[\s\S]*platform\.stack: found "dev"; name a stack by organization, project and name/);
});

test("a section of the wrong kind is still told as one", async () => {
  await given({ ...least, cluster: "dev" }, known);
  const offered = await platformConfig();
  expect(() => fromPulumi(offered)).toThrow(/slipway:cluster: found "dev"; write it as a map/);
});
