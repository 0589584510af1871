import { pathOf } from "../../config/messages.ts";
import { checkedConfig, givenConfig, type LoadOptions } from "../../config/reading.ts";
import { platformRelations } from "./relations.ts";
import { type PlatformValues, platformSchema } from "./schema.ts";

/** Reads what a platform stack has set. Throws a ConfigError with every mistake in it. */
export function loadPlatformConfig(raw: Record<string, unknown>, options: LoadOptions): PlatformValues {
  const { project, isSecret = () => false } = options;
  const secret = Object.keys(raw).filter(isSecret);
  const found = secret.map((key) => `${pathOf(project, [key])}: holds a secret, and no key of a platform is one; set it without --secret.`);
  return checkedConfig(platformSchema, raw, options, { found, relations: platformRelations });
}

export function fromPulumi(): PlatformValues {
  const { raw, ...options } = givenConfig();
  return loadPlatformConfig(raw, options);
}
