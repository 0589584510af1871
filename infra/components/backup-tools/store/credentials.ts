import { readFile } from "node:fs/promises";
import { renewedCredentials } from "./renewed-credentials.ts";
import { assumeRole, type WebIdentity } from "./web-identity.ts";

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

/**
 * Credentials of an EKS Pod Identity, from the agent on the pod's own node.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function podIdentityCredentials(uri: string, tokenFile: string): CredentialSource {
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
  const mend = "look whether its add-on runs and the service account has an association";
  return renewedCredentials(ask, `the Pod Identity agent at ${uri}`, mend);
}

/** Credentials for the service account's token, by IRSA. */
export function webIdentityCredentials(identity: WebIdentity): CredentialSource {
  const mend = "look whether the role trusts this service account and the cluster's OIDC provider";
  return renewedCredentials(() => assumeRole(identity), `the role ${identity.roleArn} can't be taken on: STS`, mend);
}

/** The identity that the environment gives: a directory of files, or else what EKS gives the service account. */
export function credentialsFrom(environment: NodeJS.ProcessEnv, directory: string | undefined): CredentialSource {
  if (directory) return fileCredentials(directory);
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile } = environment;
  if (uri && tokenFile) return podIdentityCredentials(uri, tokenFile);
  const { AWS_REGION, AWS_ROLE_ARN: roleArn, AWS_WEB_IDENTITY_TOKEN_FILE: webTokenFile, REGION } = environment;
  const region = AWS_REGION ?? REGION;
  if (roleArn && webTokenFile && region) return webIdentityCredentials({ roleArn, tokenFile: webTokenFile, region });
  throw new Error("there is no identity for the bucket: neither an access key directory nor EKS Pod Identity nor IRSA; give the binding of a BackupBucket");
}
