export interface RegistryAnswer {
  /** Undefined when the registry did not say. */
  found?: boolean;
  says: string;
}

const kinds = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Asks an image's registry whether it has the digest, as anybody may (https://distribution.github.io/distribution/spec/auth/token/). */
export async function inRegistry(image: string, { protocol = "https" }: { protocol?: "http" | "https" } = {}): Promise<RegistryAnswer> {
  const { host, repository, reference } = parsedReference(image);
  const url = `${protocol}://${host}/v2/${repository}/manifests/${reference}`;
  try {
    let answer = await head(url);
    const challenge = /^Bearer\s+(.*)$/i.exec(answer.headers.get("www-authenticate") ?? "")?.[1];
    if (answer.status === 401 && challenge !== undefined) answer = await head(url, await anonymousToken(challenge));
    if (answer.ok) return { found: true, says: "it is there" };
    if (answer.status === 404) return { found: false, says: `${host} answers 404` };
    return { says: answer.status === 401 || answer.status === 403 ? `${host} wants a log-in` : `${host} answers ${answer.status}` };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    return { says: `${host} can't be asked from here (${cause?.message || message})` };
  }
}

/** `docker.io/library/redis:8@sha256:...` and its shorter spellings. */
export function parsedReference(image: string): { host: string; repository: string; reference: string } {
  const [name = "", digest] = image.split("@");
  const parts = name.split("/");
  // A first part with a dot, a colon or localhost is a host; without one it is Docker Hub.
  const named = parts.length > 1 && /[.:]|^localhost$/.test(parts[0]!);
  const host = named && parts[0] !== "docker.io" ? parts[0]! : "registry-1.docker.io";
  const path = (named ? parts.slice(1) : parts).join("/");
  const [repository = "", tag = "latest"] = path.split(":");
  return { host, repository: host === "registry-1.docker.io" && !repository.includes("/") ? `library/${repository}` : repository, reference: digest ?? tag };
}

const head = (url: string, token?: string) =>
  fetch(url, { method: "HEAD", headers: { accept: kinds, ...(token && { authorization: `Bearer ${token}` }) }, signal: AbortSignal.timeout(10_000) });

async function anonymousToken(challenge: string): Promise<string | undefined> {
  const fields = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]));
  const { realm, ...query } = fields;
  if (!realm) return undefined;
  const answer = await fetch(`${realm}?${new URLSearchParams(query)}`, { signal: AbortSignal.timeout(10_000) });
  const { token, access_token: other } = (await answer.json()) as { token?: string; access_token?: string };
  return token ?? other;
}
