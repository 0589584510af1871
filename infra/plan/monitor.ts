import * as pulumi from "@pulumi/pulumi";
import { kindOf, type Manifest, type PlannedOptions, type PlannedResource } from "./resource.ts";
import { readable, withoutValues } from "./secrecy.ts";
import { madeUpName, makeUp } from "./stand-ins.ts";
import { applyTransforms, type TransformedRequest } from "./transforms.ts";

/** A request to register a resource, as far as it is read here. Pulumi's mocks pass on a small part of it only. */
interface Request extends TransformedRequest {
  getTransformsList(): { getToken(): string }[];
  getParent(): string;
  getProvider(): string;
  getDeletebeforereplacedefined(): boolean;
  getDeletebeforereplace(): boolean;
  getReplaceonchangesList(): string[];
  getDependenciesList(): string[];
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
}

type Answer = (error: unknown, response: unknown) => void;

/** The part of Pulumi's mock monitor that is listened in on. */
interface Monitor {
  transformCallbacks: ReadonlyMap<string, pulumi.ResourceTransform>;
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: Request, answer: Answer): Promise<void>;
}

/** A resource as it came, before its secrets are hidden: which values are secret is only known when all have come. */
interface Seen {
  request: Request;
  urn: string;
}

const stackType = "pulumi:pulumi:Stack";

/** What has been registered so far. */
export interface Heard {
  count(): number;
  /** Sorted by URN. */
  resources(): PlannedResource[];
}

/** Puts Pulumi's mocks in place and listens to every registration. */
export async function listen(project: string, stack: string, knownSecrets: readonly string[]): Promise<Heard> {
  const seen: Seen[] = [];
  const secrets = new Set(knownSecrets);
  let current: Seen | undefined;
  const urnOf = (parent: string, type: string, name: string) => {
    const above = parent.split("::")[2];
    return `urn:pulumi:${stack}::${project}::${above && above !== stackType ? `${above}$` : ""}${type}::${name}`;
  };
  const newResource = ({ type, name, inputs, id }: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult => {
    const urn = current?.urn;
    current = undefined;
    if (urn === undefined || type.startsWith("pulumi:providers:")) return { id: id || `${name}-id`, state: inputs };
    const made = makeUp(urn, type, name, inputs);
    for (const secret of made.secrets) secrets.add(secret);
    return { id: id || made.id, state: hidden(made.state, made.secrets) };
  };
  const ofStack: pulumi.ResourceTransform[] = [];
  const registerTransform = (transform: pulumi.ResourceTransform) => void ofStack.push(transform);
  await pulumi.runtime.setMocks({ call: ({ inputs }) => inputs, newResource, registerTransform }, project, stack, true);

  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  monitor.newUrn = urnOf;
  const register = monitor.registerResource.bind(monitor);
  /** Transforms of each component, those of its parents included, by URN. */
  const inherited = new Map<string, pulumi.ResourceTransform[]>();
  monitor.registerResource = async (request, answer) => {
    const urn = urnOf(request.getParent(), request.getType(), request.getName());
    const own = request.getTransformsList().flatMap((callback) => monitor.transformCallbacks.get(callback.getToken()) ?? []);
    const transforms = [...own, ...(inherited.get(request.getParent()) ?? [])];
    if (transforms.length > 0) inherited.set(urn, transforms);
    if (transforms.length + ofStack.length > 0) await applyTransforms(request, [...transforms, ...ofStack]);
    // The mocks call `newResource` before they first wait, so this is still the one they ask for.
    current = { request, urn };
    if (request.getType() !== stackType) seen.push(current);
    await register(request, answer);
  };
  return { count: () => seen.length, resources: () => seen.map((one) => planned(one, secrets)).sort((a, b) => (a.urn < b.urn ? -1 : 1)) };
}

/** Marks what is secret in a provider's answer. */
function hidden(state: Record<string, unknown>, secrets: readonly string[]): Record<string, unknown> {
  if (secrets.length === 0) return state;
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, secrets.includes(value as string) ? pulumi.secret(value) : value]));
}

function planned({ request, urn }: Seen, secrets: ReadonlySet<string>): PlannedResource {
  const { value, exposed } = readable(request.getObject()?.toJavaScript() ?? {}, secrets);
  const inputs = value as Record<string, unknown>;
  const parent = request.getParent();
  const resource: PlannedResource = {
    urn,
    type: request.getType(),
    name: request.getName(),
    ...(parent !== "" && !parent.includes(`::${stackType}::`) && { parent }),
    custom: request.getCustom(),
    inputs,
    options: optionsOf(request),
    exposed,
  };
  if (resource.type.startsWith("kubernetes:") && typeof inputs.kind === "string") resource.manifest = manifestOf(resource);
  return resource;
}

function manifestOf({ urn, name, type, inputs }: PlannedResource): Manifest {
  const { apiVersion, kind, metadata, ...rest } = inputs as unknown as Manifest;
  const manifest = sorted({ ...rest, metadata: { ...metadata, name: metadata?.name ?? madeUpName(urn, name) } }) as Manifest;
  if (kindOf({ type }) === "Secret") {
    for (const key of ["data", "stringData"]) if (manifest[key] !== undefined) manifest[key] = withoutValues(manifest[key]);
  }
  const { metadata: named, spec, ...others } = manifest;
  // As people write them, and not in the order of the alphabet.
  return Object.assign({ apiVersion, kind, metadata: named }, spec !== undefined && { spec }, others);
}

/** Keys in order, so that a change in the order of arguments is no change of the plan. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function optionsOf(request: Request): PlannedOptions {
  const options: PlannedOptions = {};
  const timeouts = request.getCustomtimeouts();
  const customTimeouts = timeouts && withoutEmpty({ create: timeouts.getCreate(), update: timeouts.getUpdate(), delete: timeouts.getDelete() });
  // A provider is named by its URN and, after two more colons, its id.
  const provider = request.getProvider().split("::").slice(0, 4).join("::");
  if (request.getProtect()) options.protect = true;
  if (request.getRetainondelete()) options.retainOnDelete = true;
  if (request.getIgnorechangesList().length > 0) options.ignoreChanges = request.getIgnorechangesList();
  if (request.getReplaceonchangesList().length > 0) options.replaceOnChanges = request.getReplaceonchangesList();
  if (request.getDeletebeforereplacedefined()) options.deleteBeforeReplace = request.getDeletebeforereplace();
  if (customTimeouts && Object.keys(customTimeouts).length > 0) options.customTimeouts = customTimeouts;
  if (provider !== "") options.provider = provider;
  if (request.getDependenciesList().length > 0) options.dependsOn = [...request.getDependenciesList()].sort();
  return options;
}

function withoutEmpty<T extends Record<string, string>>(texts: T): Partial<T> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== "")) as Partial<T>;
}
