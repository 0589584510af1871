import { bytes } from "../../components/kubernetes/quantities.ts";

/** Any quantity as a cluster prints it: also `500m`, `100u` and `1e3`, which a stack's config does not take. NaN when it is none. */
export function quantity(text: string | number): number {
  const small = /^(\d+(?:\.\d+)?)([num])$/.exec(String(text));
  if (small) return Number(small[1]) / { n: 1e9, u: 1e6, m: 1e3 }[small[2] as "n" | "u" | "m"];
  const exponent = Number(text);
  if (!Number.isNaN(exponent)) return exponent;
  return bytes(String(text));
}
