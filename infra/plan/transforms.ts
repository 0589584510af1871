import * as pulumi from "@pulumi/pulumi";

const { specialSigKey, specialSecretSig, unknownValue } = pulumi.runtime;

/** A struct of the wire format; its class makes new ones. */
export interface WireStruct {
  toJavaScript(): Record<string, unknown>;
}

/** What a transform may read and change of a registration. */
export interface TransformedRequest {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getProtect(): boolean | undefined;
  setProtect(value: boolean): void;
  getRetainondelete(): boolean | undefined;
  setRetainondelete(value: boolean): void;
  getIgnorechangesList(): string[];
  setIgnorechangesList(value: string[]): void;
  getObject(): WireStruct | undefined;
  setObject(value: WireStruct): void;
}

/**
 * Applies transforms as the engine would: the resource's own first, then those of its parents, then the stack's. Pulumi's mocks leave them out,
 * and a plan without them would show what no update makes. Of the options those are heeded that a plan shows as a property of the resource.
 */
export async function applyTransforms(request: TransformedRequest, transforms: readonly pulumi.ResourceTransform[]): Promise<void> {
  for (const transform of transforms) {
    const opts = { protect: request.getProtect(), retainOnDelete: request.getRetainondelete(), ignoreChanges: request.getIgnorechangesList() };
    const props = live(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
    const result = await transform({ custom: request.getCustom(), type: request.getType(), name: request.getName(), props, opts });
    if (result === undefined) continue;
    const { fromJavaScript } = request.getObject()!.constructor as unknown as { fromJavaScript(value: object): WireStruct };
    request.setObject(fromJavaScript(await pulumi.runtime.serializeProperties("props", result.props)));
    const { protect, retainOnDelete, ignoreChanges } = result.opts as pulumi.CustomResourceOptions;
    if (protect !== undefined) request.setProtect(protect);
    if (retainOnDelete !== undefined) request.setRetainondelete(retainOnDelete);
    if (ignoreChanges !== undefined) request.setIgnorechangesList(ignoreChanges);
  }
}

/** Values as a transform sees them: secret and unknown ones are Outputs. */
function live(value: unknown): unknown {
  if (value === unknownValue) return pulumi.unknown;
  if (Array.isArray(value)) return value.map(live);
  if (value === null || typeof value !== "object") return value;
  const object = value as Record<string, unknown>;
  if (object[specialSigKey] === specialSecretSig) return pulumi.secret(live(object.value));
  // Files and references to resources pass through as they are.
  if (object[specialSigKey] !== undefined) return object;
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, live(item)]));
}
