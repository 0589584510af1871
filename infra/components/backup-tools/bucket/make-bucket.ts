import { AwsV4Signer } from "aws4fetch";

export interface BucketWanted {
  accessKeyId: string;
  secretAccessKey: string;
  endpoint: string;
  region: string;
  bucket: string;
  /** The bucket's policy, as JSON. */
  policy: string;
  /** Longest time until the store answers, in seconds. Defaults to 60: a new pod's first packets may not pass its network policy. */
  patienceSeconds?: number;
}

/** Makes the bucket, or finds it there, and gives it its policy. Returns what it did, as a sentence. */
export async function makeBucket(wanted: BucketWanted): Promise<string> {
  const made = await ask(wanted, "");
  if (made.status !== 200 && !/BucketAlready(Exists|OwnedByYou)/.test(made.text)) throw refusal(wanted, "make", made);
  const given = await ask(wanted, "?policy", wanted.policy);
  if (given.status !== 204 && given.status !== 200) throw refusal(wanted, "give its policy to", given);
  return `bucket ${wanted.bucket} ${made.status === 200 ? "is made" : "is there"} and has its policy`;
}

interface Answer {
  status: number;
  text: string;
}

async function ask({ patienceSeconds = 60, ...wanted }: BucketWanted, query: string, body = ""): Promise<Answer> {
  const end = Date.now() + patienceSeconds * 1000;
  for (;;) {
    try {
      const answer = await put(wanted, query, body);
      if (answer.status < 500 || Date.now() > end) return answer;
    } catch (error) {
      const { cause } = error as Error;
      if (Date.now() > end)
        throw new Error(`${wanted.endpoint} can't be reached: ${(cause as Error | undefined)?.message ?? error}; look whether the store runs`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function put({ accessKeyId, bucket, endpoint, region, secretAccessKey }: BucketWanted, query: string, body: string): Promise<Answer> {
  const signer = new AwsV4Signer({ method: "PUT", url: `${endpoint}/${bucket}${query}`, body, accessKeyId, secretAccessKey, service: "s3", region });
  const { url, headers } = await signer.sign();
  const answer = await fetch(url, { method: "PUT", headers, body, signal: AbortSignal.timeout(10_000) });
  return { status: answer.status, text: await answer.text() };
}

function refusal({ bucket, endpoint }: BucketWanted, what: string, { status, text }: Answer): Error {
  return new Error(`can't ${what} bucket ${bucket} at ${endpoint}: ${status} ${text.replaceAll(/\s+/g, " ").slice(0, 300)}`);
}
