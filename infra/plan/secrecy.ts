import * as pulumi from "@pulumi/pulumi";

const { specialSigKey, specialSecretSig, unknownValue } = pulumi.runtime;

/** Stands where a secret does, so that a plan can be pasted anywhere. */
export const secretText = "[secret]";
/** Stands where a value will be that only an update makes. */
export const unknownText = "[known after up]";

export interface Readable {
  value: unknown;
  /** Paths of plain values that hold a secret's value. */
  exposed: string[];
}

/**
 * Inputs as they cross to the engine, made fit for reading: whatever lies within a secret loses its value and keeps its keys.
 *
 * `secrets` are values known to be secret. One of them in a plain value is a mistake of the program, and hidden all the same.
 */
export function readable(wire: unknown, secrets: ReadonlySet<string>): Readable {
  const exposed: string[] = [];
  const walk = (value: unknown, path: string): unknown => {
    if (value === unknownValue) return unknownText;
    if (typeof value === "string") {
      const found = [...secrets].filter((secret) => value.includes(secret));
      if (found.length === 0) return value;
      exposed.push(path);
      return found.reduce((text, secret) => text.replaceAll(secret, secretText), value);
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}[${index}]`));
    if (value === null || typeof value !== "object") return value;
    const object = value as Record<string, unknown>;
    const signature = object[specialSigKey];
    if (signature === specialSecretSig) return withoutValues(object.value);
    if (signature !== undefined) return referenced(object);
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, walk(item, path === "" ? key : `${path}.${key}`)]));
  };
  return { value: walk(wire, ""), exposed };
}

/** The same keys, every value hidden. */
export function withoutValues(value: unknown): unknown {
  if (value === unknownValue) return secretText;
  if (Array.isArray(value)) return value.map(withoutValues);
  if (value === null || typeof value !== "object") return secretText;
  const object = value as Record<string, unknown>;
  if (object[specialSigKey] === specialSecretSig) return withoutValues(object.value);
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, withoutValues(item)]));
}

/** A file, an archive or another resource, told by where it is. */
function referenced(object: Record<string, unknown>): unknown {
  const { urn, path, uri, text, assets } = object;
  return urn ?? path ?? uri ?? text ?? (assets && typeof assets === "object" ? Object.keys(assets) : unknownText);
}
