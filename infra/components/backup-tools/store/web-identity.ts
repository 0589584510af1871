import { readFile } from "node:fs/promises";
import type { Credentials } from "./credentials.ts";
import { element } from "./listing.ts";

export interface WebIdentity {
  roleArn: string;
  /** File with the service account's token, renewed by the kubelet. */
  tokenFile: string;
  region: string;
  /** Defaults to AWS's own in the region, since the global one is in one region alone. */
  endpoint?: string;
}

/**
 * Credentials for the token of a service account (IRSA). The request carries no signature: the token is the proof.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export async function assumeRole({ endpoint, region, roleArn, tokenFile }: WebIdentity): Promise<{ credentials: Credentials; until: number }> {
  const token = (await readFile(tokenFile, "utf8")).trim();
  const form = { Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleArn: roleArn, RoleSessionName: "slipway-backup", WebIdentityToken: token };
  const at = endpoint ?? `https://sts.${region}.amazonaws.com`;
  const answer = await fetch(at, { method: "POST", body: new URLSearchParams(form), signal: AbortSignal.timeout(5000) });
  const xml = await answer.text();
  // STS repeats no token in what it refuses, so its words may be shown.
  if (!answer.ok) throw new Error(`answers ${answer.status} ${element(xml, "Code") ?? ""}: ${element(xml, "Message") ?? xml.slice(0, 200)}`);
  const [accessKeyId, secretAccessKey, expiration] = ["AccessKeyId", "SecretAccessKey", "Expiration"].map((name) => element(xml, name));
  if (!accessKeyId || !secretAccessKey) throw new Error("answers without a key");
  const until = expiration ? Date.parse(expiration) : Date.now() + 900_000;
  return { credentials: { accessKeyId, secretAccessKey, sessionToken: element(xml, "SessionToken") }, until };
}
