import { setImmediate as turn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

// Runs the index.ts beside it under Pulumi's mocks and prints every resource as JSON. Copied into a fresh project, so that
// everything it loads comes from that project's own node_modules.
const seen: { type: string; name: string; inputs: Record<string, unknown> }[] = [];
await pulumi.runtime.setMocks(
  {
    call: ({ inputs }) => inputs,
    newResource: ({ type, name, id, inputs }) => {
      seen.push({ type, name, inputs });
      const metadata = { ...inputs.metadata, name: inputs.metadata?.name ?? `${name}-1a2b3c4d` };
      const generated = type === "random:index/randomPassword:RandomPassword" ? { result: `generated for ${name}` } : {};
      return { id: id || `${name}-id`, state: { ...inputs, ...generated, metadata } };
    },
  },
  "other-stack",
  "dev",
);
const entry = "./index.ts";
await pulumi.runtime.runInPulumiStack(() => import(entry));
// Resources that wait for others' outputs come turns later.
for (let quiet = 0, before = -1; quiet < 3; before = seen.length) {
  await pulumi.runtime.disconnect();
  await turn();
  quiet = seen.length === before ? quiet + 1 : 0;
}
console.log(JSON.stringify(seen));
