import { readFile } from "node:fs/promises";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Asked before each request, so that a key that was rotated is used from then on. */
export interface CredentialSource {
  get(): Promise<Credentials>;
  /** Called when the store refused a token as expired. */
  forget(): void;
}

/** A key from the files `access-key-id` and `secret-access-key` of a mounted Secret. */
export function fileCredentials(directory: string): CredentialSource {
  const read = async (name: string) => {
    const path = `${directory}/${name}`;
    const text = (await readFile(path, "utf8").catch(() => "")).trim();
    if (text === "") throw new Error(`${path} is missing or empty; mount the Secret of the bucket's identity there`);
    return text;
  };
  return {
    get: async () => ({ accessKeyId: await read("access-key-id"), secretAccessKey: await read("secret-access-key") }),
    forget: () => undefined,
  };
}

/** Renewed this long before their end, so that no request carries a token that is over when it arrives. */
const renewBeforeSeconds = 300;
const attempts = 5;

/**
 * Credentials of an EKS Pod Identity, from the agent on the pod's own node.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function podIdentityCredentials(uri: string, tokenFile: string): CredentialSource {
  let held: { credentials: Credentials; until: number } | undefined;
  const ask = async () => {
    // The token is itself renewed by the kubelet, so it is read each time.
    const authorization = (await readFile(tokenFile, "utf8")).trim();
    const answer = await fetch(uri, { headers: { authorization }, signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`answers ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    const { AccessKeyId, SecretAccessKey, Token, Expiration } = (await answer.json()) as Record<string, string | undefined>;
    if (!AccessKeyId || !SecretAccessKey) throw new Error("answers without a key");
    const until = Expiration ? Date.parse(Expiration) : Date.now() + 900_000;
    return { credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token }, until };
  };
  return {
    get: async () => {
      for (let attempt = 1; !held || Date.now() > held.until - renewBeforeSeconds * 1000; attempt += 1) {
        try {
          held = await ask();
          break;
        } catch (error) {
          // What is held is good until its end; the agent may be away for a moment.
          if (held && Date.now() < held.until) break;
          if (attempt === attempts) {
            throw new Error(`the Pod Identity agent at ${uri} ${said(error)}; look whether its add-on runs and the service account has an association`);
          }
          await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
        }
      }
      return held!.credentials;
    },
    forget: () => {
      held = undefined;
    },
  };
}

function said(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `can't be asked: ${cause.message}` : message;
}

/** The identity that the environment gives: a directory of files, or else EKS Pod Identity. */
export function credentialsFrom(environment: NodeJS.ProcessEnv, directory: string | undefined): CredentialSource {
  if (directory) return fileCredentials(directory);
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile } = environment;
  if (uri && tokenFile) return podIdentityCredentials(uri, tokenFile);
  throw new Error("there is no identity for the bucket: neither an access key directory nor EKS Pod Identity; give the binding of a BackupBucket");
}
