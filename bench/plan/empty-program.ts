/** A Pulumi program without a resource, under mocks: what every program pays before it does anything. */
import { enableCompileCache } from "node:module";

enableCompileCache();
const pulumi = await import("@pulumi/pulumi");
await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource: ({ name, inputs }) => ({ id: name, state: inputs }) }, "empty", "dev", true);
await pulumi.runtime.runInPulumiStack(async () => ({}));
await pulumi.runtime.disconnect();
