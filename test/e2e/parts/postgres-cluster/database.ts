import type { EngineRun } from "../../engine.ts";
import { type KubernetesObject, kubectl, servingPods } from "../../kubernetes.ts";
import type { Stack } from "../../stack.ts";
import { OwnStack } from "../own-stack.ts";
import { connection, enough, shownSerial, type Written, writeUntilEnough } from "./writer.ts";

/** A stack of one database and one client, apart from the stack that the other tests share. */
export class TestDatabase {
  readonly #own: OwnStack;
  readonly #clientImage: string;
  readonly #args: object;

  constructor(stack: Stack, mode: string, args: object) {
    this.#own = new OwnStack("postgres-cluster", `${process.env.SLIPWAY_E2E_DATABASE_NAMESPACE ?? stack.namespace}-${mode}`);
    this.#clientImage = stack.images.app;
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

  get namespace(): string {
    return this.#own.namespace;
  }

  create(): Promise<void> {
    return this.#own.create(this.#values({}));
  }

  up(changed: object = {}): Promise<EngineRun> {
    return this.#own.up(this.#values(changed));
  }

  remove(): Promise<void> {
    return this.#own.remove();
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

  /** Writes by several connections for as long as the work lasts, ten minutes at most. */
  async writeDuring(work: () => Promise<void>): Promise<Written> {
    const writing = this.#inWriter(writeUntilEnough(600), 660);
    // Its failure is met below; unhandled until then, it would end the run.
    writing.catch(() => undefined);
    try {
      await work();
    } finally {
      await this.#inWriter(enough, 30);
    }
    return writing;
  }

  async #inWriter(script: string, patience: number): Promise<KubernetesObject> {
    const [pod] = await servingPods(this.namespace, "writer");
    const command = ["--namespace", this.namespace, "exec", pod.metadata.name, "--", "node", "--input-type=module", "--eval", script];
    return JSON.parse(await kubectl(command, { patience }));
  }

  #values(changed: object) {
    return { clientImage: this.#clientImage, postgres: { ...this.#args, ...changed } };
  }
}
