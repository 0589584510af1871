import { createHash } from "node:crypto";

/** What a provider would answer when a resource is made. */
export interface Made {
  id: string;
  state: Record<string, unknown>;
  /** Values in the state that are secret. */
  secrets: string[];
}

/** Where an input is not set by hand, what a provider fills in. A stand-in depends on the URN alone, so a plan is the same each time. */
export function makeUp(urn: string, type: string, name: string, inputs: Record<string, unknown>): Made {
  if (type.startsWith("kubernetes:")) return kubernetesObject(urn, name, inputs);
  if (type.startsWith("random:index/randomPassword") || type.startsWith("random:index/randomString")) return password(urn, inputs);
  if (type.startsWith("random:index/randomBytes")) return key(urn, inputs);
  if (type.startsWith("aws:")) return awsResource(urn, type, name, inputs);
  return { id: `${name}-id`, state: inputs, secrets: [] };
}

function kubernetesObject(urn: string, name: string, inputs: Record<string, unknown>): Made {
  const metadata = { ...(inputs.metadata as Record<string, unknown> | undefined) };
  metadata.name ??= madeUpName(urn, name);
  const id = typeof metadata.namespace === "string" ? `${metadata.namespace}/${metadata.name}` : `${metadata.name}`;
  return { id, state: { ...inputs, metadata }, secrets: [] };
}

/** Pulumi adds seven or eight random hex digits to the name of what the program leaves unnamed; here they follow from the URN. */
export function madeUpName(urn: string, name: string): string {
  return `${name}-${digest(urn).slice(0, 8)}`;
}

function password(urn: string, inputs: Record<string, unknown>): Made {
  const length = typeof inputs.length === "number" ? inputs.length : 32;
  const result = digest(urn)
    .repeat(Math.ceil(length / 64))
    .slice(0, length);
  return { id: "none", state: { ...inputs, result: result }, secrets: [result] };
}

function key(urn: string, inputs: Record<string, unknown>): Made {
  const bytes = Buffer.from(digest(urn).repeat(Math.ceil(Number(inputs.length) / 32)), "hex").subarray(0, Number(inputs.length));
  const [hex, base64] = [bytes.toString("hex"), bytes.toString("base64")];
  return { id: "none", state: { ...inputs, hex, base64 }, secrets: [hex, base64] };
}

/** An account that can't exist, so that nobody takes a stand-in for the real thing. */
const account = "000000000000";

function awsResource(urn: string, type: string, name: string, inputs: Record<string, unknown>): Made {
  const service = /^aws:([^/]+)\//.exec(type)?.[1] ?? "unknown";
  const kind = type.split(":").at(-1)!.toLowerCase();
  const own = (inputs.bucket ?? inputs.name ?? madeUpName(urn, name)) as string;
  const region = typeof inputs.region === "string" ? inputs.region : "eu-central-1";
  const arn = service === "s3" ? `arn:aws:s3:::${own}` : `arn:aws:${service}:${service === "iam" ? "" : region}:${account}:${kind}/${own}`;
  const state: Record<string, unknown> = { ...inputs, arn, name: inputs.name ?? own };
  if (kind === "bucket") state.bucket = own;
  if (kind === "key") state.keyId = uuid(urn);
  if (service === "rds" && kind === "instance") state.address = `${own}.stand-in.${region}.rds.amazonaws.com`;
  if (kind !== "accesskey") return { id: own, state, secrets: [] };
  const secret = digest(urn).slice(0, 40);
  return { id: `AKIA${digest(name).slice(0, 16).toUpperCase()}`, state: { ...state, secret }, secrets: [secret] };
}

function uuid(text: string): string {
  return digest(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
