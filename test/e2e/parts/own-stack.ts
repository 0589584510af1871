import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { Engine, type EngineRun } from "../engine.ts";
import { kubectl } from "../kubernetes.ts";

const stackName = "own";

/** A small stack of a subject's own, beside the one that the tests share: its program lies in the folder of the subject's name. */
export class OwnStack {
  readonly namespace: string;
  readonly #project: string;
  readonly #engine: Engine;

  constructor(project: string, namespace: string) {
    this.namespace = namespace;
    this.#project = project;
    this.#engine = new Engine(mkdtempSync(join(tmpdir(), `${project}-`)));
  }

  /** Brings it up with values for its program's config. */
  async create(values: object): Promise<void> {
    mkdirSync(join(this.#engine.folder, "state"));
    // A project of the same name in the test's own folder: there the engine writes the stack's salt.
    writeFileSync(join(this.#engine.folder, "Pulumi.yaml"), stringify({ name: this.#project, runtime: "nodejs" }));
    const init = await this.#engine.run(["stack", "init", stackName, "--no-select"], {}, this.#engine.folder);
    if (init.code !== 0) throw new Error(init.text);
    await this.up(values);
  }

  async up(values: object): Promise<EngineRun> {
    const config = Object.entries({ namespace: this.namespace, ...values }).map(([key, value]) => [`${this.#project}:${key}`, value]);
    writeFileSync(this.#config, stringify({ config: Object.fromEntries(config) }));
    const run = await this.#pulumi("up");
    if (run.code !== 0) throw new Error(run.text.slice(-6000));
    return run;
  }

  /** Lets it remove what is protected, by the command of docs/destroy.md for all its objects at once. */
  async unprotect(): Promise<void> {
    const run = await this.#engine.run(["state", "unprotect", "--all", "--stack", stackName, "--yes"], {}, this.#engine.folder);
    if (run.code !== 0) throw new Error(run.text.slice(-6000));
  }

  /** Destroys it, and fails when Pulumi could not. */
  async remove(): Promise<void> {
    const down = await this.#pulumi("destroy");
    await kubectl(["delete", "namespace", this.namespace, "--ignore-not-found", "--timeout=120s"], { patience: 130 });
    if (down.code !== 0) throw new Error(down.text.slice(-6000));
    rmSync(this.#engine.folder, { recursive: true });
  }

  /** Loses it with all that it had, its state too: its pods end at once, and nobody takes leave. */
  async lose(): Promise<void> {
    await kubectl(["--namespace", this.namespace, "delete", "pods", "--all", "--grace-period=0", "--force"]);
    await kubectl(["delete", "namespace", this.namespace, "--ignore-not-found", "--wait=false"]);
    rmSync(this.#engine.folder, { recursive: true, force: true });
  }

  get #config(): string {
    return join(this.#engine.folder, "config.yaml");
  }

  #pulumi(command: string): Promise<EngineRun> {
    const args = [command, "--stack", stackName, "--config-file", this.#config, "--yes", "--skip-preview"];
    return this.#engine.run(args, {}, join(import.meta.dirname, this.#project));
  }
}
