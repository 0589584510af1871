import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { Engine, type EngineRun } from "../engine.ts";
import { type KubernetesObject, kubectl, servingPods } from "../kubernetes.ts";
import type { Stack } from "../stack.ts";
import { connection, shownSerial, type Written, writeFor } from "./writer.ts";

/** A stack of one database and one client, apart from the stack that the other tests share. */
export class TestDatabase {
  readonly namespace: string;
  readonly #engine = new Engine(mkdtempSync(join(tmpdir(), "postgres-")));
  readonly #stack: Stack;
  readonly #args: object;

  constructor(stack: Stack, mode: string, args: object) {
    this.#stack = stack;
    this.namespace = `${process.env.SLIPWAY_E2E_DATABASE_NAMESPACE ?? stack.namespace}-${mode}`;
    const { images } = stack.cluster;
    this.#args = {
      mode,
      database: "proof",
      storage: "1Gi",
      resources: { cpu: "50m", cpuLimit: "1", memory: "256Mi" },
      image: mode === "cluster" ? images.postgresCluster : images.postgres,
      exporterImage: images.postgresExporter,
      monitoring: { namespace: "monitoring", interval: "5s" },
      ...args,
    };
  }

  async create(): Promise<void> {
    mkdirSync(join(this.#engine.folder, "state"));
    // A project of the same name in the test's own folder: there the engine writes the stack's salt.
    writeFileSync(join(this.#engine.folder, "Pulumi.yaml"), stringify({ name: "postgres-cluster", runtime: "nodejs" }));
    const init = await this.#engine.run(["stack", "init", "database", "--no-select"], {}, this.#engine.folder);
    if (init.code !== 0) throw new Error(init.text);
    await this.up();
  }

  async up(changed: object = {}): Promise<EngineRun> {
    const config = { namespace: this.namespace, clientImage: this.#stack.images.app, postgres: { ...this.#args, ...changed } };
    const keys = Object.entries(config).map(([key, value]) => [`postgres-cluster:${key}`, value]);
    writeFileSync(this.#config, stringify({ config: Object.fromEntries(keys) }));
    const run = await this.#pulumi("up");
    if (run.code !== 0) throw new Error(run.text.slice(-6000));
    return run;
  }

  async remove(): Promise<void> {
    const down = await this.#pulumi("destroy");
    await kubectl(["delete", "namespace", this.namespace, "--ignore-not-found", "--timeout=120s"], { patience: 130 });
    if (down.code !== 0) throw new Error(down.text.slice(-6000));
    rmSync(this.#engine.folder, { recursive: true });
  }

  /** Rows of a statement under a login, or the message of its error. */
  ask(login: "OWNER" | "POSTGRES" | "READER", statement: string, settings = "{}"): Promise<KubernetesObject> {
    const asked = `ask(login("${login}", ${settings}), ${JSON.stringify(statement)}).catch(({ message }) => message)`;
    return this.#inWriter(`${connection} console.log(JSON.stringify(await ${asked}));`, 60);
  }

  /** Serial number of the certificate that the server shows. */
  shown(): Promise<string> {
    return this.#inWriter(shownSerial, 60);
  }

  write(seconds: number): Promise<Written> {
    return this.#inWriter(writeFor(seconds), seconds + 60);
  }

  async #inWriter(script: string, patience: number): Promise<KubernetesObject> {
    const [pod] = await servingPods(this.namespace, "writer");
    const command = ["--namespace", this.namespace, "exec", pod.metadata.name, "--", "node", "--input-type=module", "--eval", script];
    return JSON.parse(await kubectl(command, { patience }));
  }

  get #config(): string {
    return join(this.#engine.folder, "config.yaml");
  }

  #pulumi(command: string): Promise<EngineRun> {
    const args = [command, "--stack", "database", "--config-file", this.#config, "--yes", "--skip-preview"];
    return this.#engine.run(args, {}, import.meta.dirname);
  }
}
