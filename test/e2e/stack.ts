import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";
import type { TestCluster } from "./cluster/cluster.ts";
import { changes, Engine, type EngineRun, repository, stackName } from "./engine.ts";
import { Client, type Endpoint } from "./http.ts";
import type { AppImages } from "./images.ts";
import { get, kubectl } from "./kubernetes.ts";
import { note } from "./notes.ts";
import { settings } from "./settings.ts";

type Config = Record<string, unknown>;

/** The namespace of a run, of the last word of its folder's name, which no other run has: `links-e2e-ab12cd`. */
export function namespaceOf(folder: string): string {
  return `${settings.namespacePrefix}-${basename(folder).toLowerCase().split("-").at(-1)}`;
}

/** The one stack that all files of a run share. What it is at the moment stands in its folder, so that each file finds it. */
export class Stack {
  readonly engine: Engine;
  readonly cluster: TestCluster;
  readonly images: AppImages;
  readonly folder: string;

  constructor(folder: string, cluster: TestCluster, images: AppImages) {
    this.engine = new Engine(folder);
    this.folder = folder;
    this.cluster = cluster;
    this.images = images;
  }

  get namespace(): string {
    return namespaceOf(this.folder);
  }

  get service(): string {
    return settings.service;
  }

  /** Changes values of the stack's config for all updates from now on; objects are merged, `undefined` removes a key. */
  configure(changed: Config): void {
    const file = parse(readFileSync(this.engine.configFile, "utf8")) as { config?: Config };
    writeFileSync(this.engine.configFile, stringify({ ...file, config: merged(file.config ?? {}, changed) }));
  }

  /** Runs an update, whatever comes of it. */
  async update(what: string, args: readonly string[] = []): Promise<EngineRun> {
    const run = await this.engine.on("up", ["--yes", "--skip-preview", ...args]);
    note(this.folder, `up: ${what}`, `${run.seconds.toFixed(1)} s, ${run.code === 0 ? "" : "failed, "}${JSON.stringify(changes(run.text))}`);
    return run;
  }

  /** Runs an update that must succeed. What made it fail does not stay in the config, where it would fail all that follow. */
  async up(what: string, changed: Config = {}): Promise<EngineRun> {
    const before = readFileSync(this.engine.configFile);
    this.configure(changed);
    const run = await this.update(what);
    if (run.code === 0) return run;
    writeFileSync(this.engine.configFile, before);
    throw new Error(`up (${what}) failed:\n${run.text.slice(-6000)}`);
  }

  /** Brings the stack up, if no file has done it yet, with these changes of its config. When that failed once, it fails at once. */
  async ensureUp(changed: Config = {}): Promise<EngineRun | undefined> {
    const [good, bad] = [join(this.folder, "is-up"), join(this.folder, "is-broken")];
    if (existsSync(bad)) throw new Error("The first up failed; see there.");
    if (existsSync(good)) return undefined;
    writeFileSync(bad, "");
    await this.create();
    const run = await this.up("from nothing", changed);
    writeFileSync(good, "");
    rmSync(bad);
    return run;
  }

  private async create(): Promise<void> {
    mkdirSync(join(this.folder, "state"), { recursive: true });
    // A project of the same name, but in a folder of the test's own: there the engine writes the stack's salt, and not into the repository.
    writeFileSync(join(this.folder, "Pulumi.yaml"), stringify({ name: "slipway", runtime: "nodejs" }));
    const init = await this.engine.run(["stack", "init", stackName, "--no-select"], {}, this.folder);
    if (init.code !== 0) throw new Error(`stack init failed:\n${init.text}`);
    const dev = parse(readFileSync(join(repository, "Pulumi.dev.yaml"), "utf8")) as { config: Config };
    this.configure(merged(dev.config, settings.config(this.namespace, this.cluster, this.images)));
  }

  /** Destroys what is left, and the namespace with it, however the tests ended. */
  async remove(): Promise<void> {
    if (existsSync(join(this.folder, "is-up")) || existsSync(join(this.folder, "is-broken"))) {
      await this.engine.on("destroy", ["--yes", "--skip-preview"]);
      await kubectl(["delete", "namespace", this.namespace, "--ignore-not-found", "--timeout=120s"], { patience: 150 });
    }
  }

  /** Where and how the service is reached. The certificate is the one that cert-manager put into the Secret, so a wrong one is noticed. */
  async endpoint(): Promise<Endpoint> {
    const [ingress, secret] = await Promise.all([
      get(this.namespace, "ingress", `${settings.service}-public`),
      get(this.namespace, "secret", `${settings.service}-public-tls`),
    ]);
    const published = ingress.status?.loadBalancer?.ingress?.[0];
    const at = (told: string | undefined, port: number): [string, number] => {
      const [address, ownPort] = told?.split(":") ?? [published?.ip ?? published?.hostname, port];
      return [address, Number(ownPort)];
    };
    const [address, port] = at(this.cluster.ingress, 443);
    const [, plainPort] = at(this.cluster.ingressPlain, 80);
    const authority = Buffer.from(secret.data["ca.crt"] ?? secret.data["tls.crt"], "base64").toString("utf8");
    return { host: ingress.spec.rules[0].host, address, port, plainPort, authority };
  }

  async client(keepAlive = true): Promise<Client> {
    return new Client(await this.endpoint(), keepAlive);
  }

  note(what: string, value: string): void {
    note(this.folder, what, value);
  }
}

function merged(base: Config, changed: Config): Config {
  const result: Config = { ...base };
  for (const [key, value] of Object.entries(changed)) {
    const before = result[key];
    if (value === undefined) delete result[key];
    else if (isObject(before) && isObject(value)) result[key] = merged(before, value);
    else result[key] = value;
  }
  return result;
}

const isObject = (value: unknown): value is Config => typeof value === "object" && value !== null && !Array.isArray(value);
