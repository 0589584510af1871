import { type Answer, Client, type Endpoint, type RequestOptions } from "../../http.ts";
import { eventually } from "../../kubernetes.ts";
import { daily } from "../../links.ts";
import { under } from "../../load.ts";
import type { Stack } from "../../stack.ts";
import type { Fault } from "../fault.ts";

/** A client that, after a failure, looks whether the service has a new certificate: some faults give it one. */
class Renewing extends Client {
  readonly #stack: Stack;
  #current: Client;
  #renewal: Promise<void> | undefined;

  constructor(stack: Stack, endpoint: Endpoint) {
    super(endpoint, false);
    this.#stack = stack;
    this.#current = new Client(endpoint, false);
  }

  override async ask(method: string, path: string, options?: RequestOptions): Promise<Answer> {
    try {
      return await this.#current.ask(method, path, options);
    } catch (error) {
      this.#renewal ??= this.#renew();
      await this.#renewal;
      throw error;
    }
  }

  async #renew(): Promise<void> {
    const renewed = await this.#stack.client(false).catch(() => this.#current);
    this.#current = renewed;
    setTimeout(() => {
      this.#renewal = undefined;
    }, 2000);
  }
}

/** Users, for as long as the proofs take: bounded in number and time. Failures are wanted here. */
class Users {
  #stop: () => void = () => {};
  #running: Promise<unknown> = Promise.resolve();

  async start(stack: Stack): Promise<void> {
    const client = new Renewing(stack, await stack.endpoint());
    const bounds = { workers: 5, pause: 200, atMost: { requests: 30_000, seconds: 1200 } };
    // The fault beside may be giving the service another certificate at this moment.
    const load = await eventually("the service can be used", 60, () => daily(client, bounds));
    const over = new Promise<void>((resolve) => {
      this.#stop = resolve;
    });
    this.#running = under(load, () => over);
  }

  async stop(): Promise<void> {
    this.#stop();
    await this.#running;
  }
}

export const users = new Users();

export const usersGone: Fault = {
  name: "no request comes any more",
  alerts: ["AppNoTraffic critical"],
  async start(stack) {
    await users.stop();
    return () => users.start(stack);
  },
};
