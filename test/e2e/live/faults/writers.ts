import type { Stack } from "../../stack.ts";

export interface Writers {
  count: number;
  /** Seconds for which one waits for an answer. */
  patience: number;
}

/** Callers who make links, each a hundred times at most; gives what sends them away. */
export async function writers(stack: Stack, { count, patience }: Writers): Promise<() => Promise<void>> {
  const client = await stack.client();
  let over = false;
  const json = { url: "https://example.org/some/where" };
  const writer = async () => {
    for (let turn = 0; !over && turn < 100; turn++) {
      await client.ask("POST", "/v1/links", { json, patience }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const writing = Promise.all(Array.from({ length: count }, writer));
  return async () => {
    over = true;
    await writing;
    client.close();
  };
}
