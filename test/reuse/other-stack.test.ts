import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { onNodePool } from "../../examples/other-stack/node-pool.ts";
import { packLibrary } from "../../infra/components/pack.ts";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const example = join(root, "examples/other-stack");

interface PodSpec {
  containers: { env: { name: string }[] }[];
  nodeSelector?: Record<string, string>;
  tolerations?: object[];
}
interface Resource {
  type: string;
  name: string;
  inputs: { spec?: { template: { spec: PodSpec }; podSelector: { matchLabels: Record<string, string> }; ingress?: { ports?: { port: number }[] }[] } };
}
let project: string;
let resources: Resource[];

/** A project that has the example's files and the packed library, and of this repository nothing but the registry's packages. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "slipway-other-stack-"));
  await cp(example, project, { recursive: true, filter: (source) => !source.includes("node_modules") });
  const tarball = await packLibrary(project);
  await mkdir(join(project, "node_modules/slipway"), { recursive: true });
  await run("tar", ["--extract", "--gzip", "--file", tarball, "--directory", join(project, "node_modules/slipway"), "--strip-components=1"]);
  for (const scope of ["@pulumi", "@types"]) await symlink(join(root, "node_modules", scope), join(project, "node_modules", scope));

  await cp(join(import.meta.dirname, "under-mocks.ts"), join(project, "under-mocks.ts"));
  const { config } = parse(await readFile(join(project, "Pulumi.dev.yaml"), "utf8"));
  const { stdout } = await run(process.execPath, ["under-mocks.ts"], { cwd: project, env: { ...process.env, PULUMI_CONFIG: JSON.stringify(config) } });
  resources = JSON.parse(stdout.trim().split("\n").at(-1)!);
});

afterAll(() => rm(project, { recursive: true, force: true }));

test("a fresh project plans a stack with the packed components", () => {
  expect(resources.filter(({ type }) => type.startsWith("slipway:")).map(({ type, name }) => `${type} ${name}`)).toEqual([
    "slipway:index:ServiceNamespace greeter-dev",
    "slipway:index:Redis sessions",
    "slipway:index:Exporter sessions-exporter",
    "slipway:index:WebService greeter",
  ]);
  expect(deployment("greeter").inputs.spec!.template.spec.containers[0]!.env.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["SESSIONS_HOST", "SESSIONS_PASSWORD_FILE"]),
  );
});

test("what one service uses opens the way on both ends", () => {
  const policies = resources.filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy").map(({ name }) => name);
  expect(policies).toEqual(expect.arrayContaining(["greeter-policy", "sessions-policy"]));
  const admits = resources.find(({ type, inputs }) => type.endsWith(":NetworkPolicy") && inputs.spec?.ingress?.[0]?.ports?.[0]?.port === 6379);
  expect(admits?.inputs.spec?.podSelector.matchLabels["app.kubernetes.io/instance"]).toBe("sessions");
});

test("the example's types agree with the packed declarations", async () => {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  await expect(run(process.execPath, [compiler, "--project", project]).catch(({ stdout }) => stdout)).resolves.toMatchObject({ stdout: "" });
});

// Mocks run no transforms, so it is given what the mocks have seen.
test("the example's transform sends the pods to their pool and changes nothing else", () => {
  const { type, name, inputs } = deployment("greeter");
  const changed = onNodePool("spot")({ type, name, custom: true, props: inputs, opts: {} }) as { props: Resource["inputs"] };
  const { nodeSelector, tolerations, ...rest } = changed.props.spec!.template.spec;
  expect(nodeSelector).toEqual({ pool: "spot" });
  expect(tolerations).toEqual([{ key: "pool", value: "spot", effect: "NoSchedule" }]);
  expect(rest).toEqual(inputs.spec!.template.spec);
  expect(onNodePool("spot")({ type: "kubernetes:core/v1:Service", name: "greeter", custom: true, props: {}, opts: {} })).toBeUndefined();
});

test("the tarball holds the compiled library, its licence and its scripts, and no tests", async () => {
  const files = await readdir(join(project, "node_modules/slipway"), { recursive: true });
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "index.js", "index.d.ts", "backup-tools/backup/main.js"]));
  expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|__snapshots__|^pack\./.test(file))).toEqual([]);
});

// An import by a name that a Node lacks fails before anything runs, even where the function would never be called.
test("the compiled library asks no Node 22 for what came later", async () => {
  const folder = join(project, "node_modules/slipway");
  const later = /import\.meta\.main|import \{[^}]*\bstripTypeScriptTypes\b/;
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".js"));
  const asking = await Promise.all(files.map(async (file) => (later.test(await readFile(join(folder, file), "utf8")) ? [file] : [])));
  expect(files.length).toBeGreaterThan(100);
  expect(asking.flat()).toEqual([]);
});

function deployment(name: string): Resource {
  return resources.find((resource) => resource.type === "kubernetes:apps/v1:Deployment" && resource.name === name)!;
}
