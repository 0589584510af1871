import { existsSync, readdirSync, readFileSync } from "node:fs";
// As a whole: the published library runs on every Node 22, of which those before 22.13 would refuse an import by a name they lack.
import * as nodeModule from "node:module";
import { dirname, join, posix } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { container, scratch } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";

type Container = k8s.types.input.core.v1.Container;
type Volume = k8s.types.input.core.v1.Volume;
type VolumeMount = k8s.types.input.core.v1.VolumeMount;

/** A program by its path within backup-tools, without ending, such as `backup/main`. */
export type ToolProgram = `${string}/main`;

const toolsPath = "/tools";
const lentPath = "/lent";

/** The published library is compiled, so there the programs are JavaScript already. */
const ending = import.meta.filename.endsWith(".ts") ? ".ts" : ".js";

/** Content of the ConfigMap from which programs run: their own files as plain JavaScript and nothing else of the library. */
export function toolsConfigMapData(...programs: ToolProgram[]): Record<string, string> {
  return Object.fromEntries([...toolFiles(programs)].map(([path, text]) => [keyOf(path), text]));
}

/** The programs as a directory of the container. Give the same programs as to `toolsConfigMapData`. */
export function toolsVolume(configMapName: pulumi.Input<string>, ...programs: ToolProgram[]): { volume: Volume; mount: VolumeMount } {
  const items = [...toolFiles(programs).keys()].map((path) => ({ key: keyOf(path), path }));
  return {
    volume: { name: "tools", configMap: { name: configMapName, items } },
    mount: { name: "tools", mountPath: toolsPath, readOnly: true },
  };
}

/** How a program is run. `heapMebibytes` bounds the program's own objects; buffers of chunks come on top of it. */
export function toolCommand(program: ToolProgram, heapMebibytes = 48): string[] {
  // A small young generation, and collections when a chunk is done: what streams through counts as memory until it is collected.
  return [`${lentPath}/node`, "--expose-gc", `--max-old-space-size=${heapMebibytes}`, "--max-semi-space-size=1", `${toolsPath}/${program}.js`];
}

/**
 * Node for a pod whose image has none: an init container of the catalogue's `node` copies its own binary into a directory of the
 * pod. The main image must be of a glibc at least as new.
 */
export function lentNode(image: pulumi.Input<string>): { initContainer: Container; volume: Volume; mount: VolumeMount } {
  const { volume, mount } = scratch("lent", lentPath, "256Mi");
  const copy = `fs.copyFileSync(process.execPath, "${lentPath}/node"); fs.chmodSync("${lentPath}/node", 0o555)`;
  const initContainer = container({
    name: "lend-node",
    image,
    command: ["node", "--eval", copy],
    resources: resourceRequirements({ cpu: "50m", cpuLimit: "1", memory: "64Mi", ephemeralStorage: "256Mi" }),
    volumeMounts: [mount],
  });
  return { initContainer, volume, mount: { ...mount, readOnly: true } };
}

/** Keys of a ConfigMap are flat. */
const keyOf = (path: string) => path.replaceAll("/", "--");

/** Path in the pod to content, for every file that the programs import, in a stable order. */
function toolFiles(programs: readonly ToolProgram[]): Map<string, string> {
  const sources = new Map<string, string>();
  const packages = new Set<string>();
  const add = (path: string, from: string) => {
    if (path.startsWith("..")) throw new Error(`backup-tools/${from} imports ${path}: a program in a pod has only what is below backup-tools`);
    if (sources.has(path)) return;
    const text = javascript(path);
    sources.set(path, text);
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith(".")) add(posix.join(posix.dirname(path), specifier), path);
      else if (!specifier.startsWith("node:")) packages.add(specifier);
    }
  };
  for (const program of programs.length > 0 ? programs : everyProgram()) add(`${program}.js`, program);
  for (const name of packages) for (const [path, text] of packageFiles(name)) sources.set(path, text);
  sources.set("package.json", `${JSON.stringify({ type: "module" })}\n`);
  return new Map([...sources].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function everyProgram(): ToolProgram[] {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }): ToolProgram => `${name}/main`).filter((program) => existsSync(join(import.meta.dirname, program + ending)));
}

function javascript(path: string): string {
  const file = join(import.meta.dirname, path.replace(/\.js$/, ending));
  const text = readFileSync(file, "utf8");
  if (ending === ".js") return text;
  return withoutTypes(text).replaceAll(/(\bfrom "\.[^"]*)\.ts";/g, '$1.js";');
}

/**
 * By the same means by which Node itself runs these sources, so it is there wherever they are TypeScript. Node 24 still calls the
 * function an experiment, in the midst of an update's output; what it gives is checked by running it. Any other warning is passed on.
 */
function withoutTypes(typescript: string): string {
  const { emitWarning } = process;
  const others = (...warning: unknown[]) => {
    if (!`${warning[0]}`.startsWith("stripTypeScriptTypes ")) Reflect.apply(emitWarning, process, warning);
  };
  process.emitWarning = others as typeof emitWarning;
  try {
    return nodeModule.stripTypeScriptTypes(typescript);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** What a file imports for more than its types, which are gone. */
function importsOf(javascript: string): string[] {
  return [...javascript.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)";|^import "([^"]+)";/gm)].map(([, from, bare]) => (from ?? bare)!);
}

/** An npm package without dependencies: its one module, under the name that Node looks for. */
function packageFiles(name: string): [path: string, text: string][] {
  const module = moduleFile(name);
  const folder = `node_modules/${name}`;
  const manifest = { name, type: "module", exports: "./index.js" };
  return [
    [`${folder}/index.js`, readFileSync(module, "utf8")],
    [`${folder}/package.json`, `${JSON.stringify(manifest)}\n`],
  ];
}

/** The file that an import would load; found through its package, since Pulumi's own loader answers a require only. */
function moduleFile(name: string): string {
  const main = nodeModule.createRequire(import.meta.url).resolve(name);
  for (let folder = dirname(main); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (!existsSync(manifest)) continue;
    const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as { exports?: Record<string, { import?: { default?: string } }> };
    const file = exports?.["."]?.import?.default;
    if (file) return join(folder, file);
  }
  throw new Error(`npm package ${name} exports no module that a program in a pod could import`);
}
