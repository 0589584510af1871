import { createHash, createHmac } from "node:crypto";

export interface ObjectStore {
  /** Base address, without a path. */
  address: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** One signed GET (AWS Signature Version 4), path style: the whole that reading a bucket takes. */
export async function getFromStore(store: ObjectStore, key: string, query: Record<string, string> = {}): Promise<Uint8Array> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = time.slice(0, 8);
  const url = new URL(`/${store.bucket}/${key.split("/").map(encode).join("/")}`, store.address);
  const parameters = Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const headers = { host: url.host, "x-amz-content-sha256": sha256(""), "x-amz-date": time };
  const names = Object.keys(headers).sort();
  const lines = Object.entries(headers)
    .sort()
    .map(([name, value]) => `${name}:${value}\n`);
  const canonical = ["GET", url.pathname, parameters, lines.join(""), names.join(";"), sha256("")].join("\n");
  const scope = `${day}/${store.region}/s3/aws4_request`;
  const key4 = [day, store.region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${store.secretAccessKey}`);
  const signature = hmac(key4, ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n")).toString("hex");

  const authorization = `AWS4-HMAC-SHA256 Credential=${store.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const response = await fetch(parameters ? `${url}?${parameters}` : url, { headers: { ...headers, authorization }, signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`the store answers ${response.status}: ${await response.text()}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Keys of a bucket below a prefix. */
export async function keysIn(store: ObjectStore, prefix: string): Promise<string[]> {
  const xml = new TextDecoder().decode(await getFromStore(store, "", { "list-type": "2", prefix }));
  return [...xml.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key!);
}

const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
