import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "./messages.ts";
import { type OfferedConfig, offeredConfig, type PlatformOffer, plannedOffer } from "./platform-offer.ts";
import { givenConfig } from "./reading.ts";
import { stackSchema } from "./schema.ts";

/**
 * What the platform stack named by `platform.stack` offers, before the program is wired: half of its objects depend on it. Nothing when
 * none is named, or named wrongly, which the schema tells. `ask` false: the offline plan, which takes the platform's defaults.
 */
export async function platformConfig({ ask = true } = {}): Promise<OfferedConfig> {
  const { raw, project, stack } = givenConfig();
  const name = stackSchema.shape.platform.safeParse(raw.platform).data?.stack;
  if (name === undefined) return {};
  if (!ask) return offeredConfig(plannedOffer);
  const offer = await outputsOf(name).catch((error: Error) => {
    throw new ConfigError(stack, [`${project}:platform.stack: ${name} can't be read: ${reason(error)}; ${mend(name)}.`]);
  });
  if (typeof offer.prometheusOperator !== "boolean") {
    throw new ConfigError(stack, [`${project}:platform.stack: ${name} has no output prometheusOperator, as a platform has once it is up; ${mend(name)}.`]);
  }
  return offeredConfig(offer as unknown as PlatformOffer);
}

/** By an invoke: the failure of a StackReference ends the program with the engine's words, and none of ours. */
async function outputsOf(name: string): Promise<Record<string, unknown>> {
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
  return outputs as Record<string, unknown>;
}

/** The engine's reason, without the name of what was asked. */
const reason = (error: Error) => (error.message.split("returned an error: ").at(-1) ?? "").trim().split("\n")[0]!.replace(/\.$/, "");

const mend = (name: string) =>
  `name the stack that equipped the cluster, as npx pulumi stack ls --all shows it, or bring it up: npx pulumi up --stack ${name.split("/").at(-1)} --cwd infra/platform`;
