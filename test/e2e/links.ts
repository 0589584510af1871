import type { Answer, Client } from "./http.ts";
import type { Load, Step } from "./load.ts";

export function createLink(client: Client, url = "https://example.org/some/where"): Promise<Answer> {
  return client.ask("POST", "/v1/links", { json: { url } });
}

/** Makes a link that must come to be, and gives its slug. */
export async function slugOf(client: Client, url?: string): Promise<string> {
  const answer = await createLink(client, url);
  if (answer.status !== 201) throw new Error(`a link can't be created: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body).slug;
}

/** What the service's users do all day: five follow a link while one makes a new one, and the new one works at once. */
export async function daily(client: Client, bounds: Pick<Load, "workers" | "pause" | "atMost">): Promise<Load> {
  const known = await slugOf(client);
  const created: string[] = [];
  const follow = (name: string, slug: () => string): Step => ({ name, expected: [301, 302, 307, 308], ask: () => client.ask("GET", `/${slug()}`) });
  const create: Step = {
    name: "create",
    expected: [201],
    ask: async () => {
      const answer = await createLink(client);
      if (answer.status === 201) created.push(JSON.parse(answer.body).slug);
      return answer;
    },
  };
  const old = follow("follow", () => known);
  return { ...bounds, steps: [create, old, old, follow("follow a new one", () => created.at(-1) ?? known), old, old] };
}
