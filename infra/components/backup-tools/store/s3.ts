import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import type { CredentialSource } from "./credentials.ts";
import { passedThrough } from "./garbage.ts";
import { element, parseListing } from "./listing.ts";
import type { Digest, ObjectStore, PutOptions, StoredObject } from "./object-store.ts";
import { type Answer, readAll, send } from "./request.ts";
import { mayPass, pauseBefore } from "./retry.ts";
import { type RequestSubject, StoreError } from "./store-error.ts";

export interface S3Settings {
  /** Base address, such as `https://s3.eu-central-1.amazonaws.com`. The bucket stands in the path. */
  endpoint: string;
  region: string;
  bucket: string;
  credentials: CredentialSource;
  /** KMS key by ARN that objects are encrypted with. Defaults to what the bucket does by itself. */
  kmsKey?: string;
  /** Longest time for a request with all its tries, in seconds. Defaults to 300: a store that restarts loses no backup. */
  deadlineSeconds?: number;
  /** Longest time for one try, in seconds. Defaults to 120: a chunk at 70 kB/s. */
  attemptSeconds?: number;
  /** Objects in a page of a listing. Defaults to the store's own number, 1000. */
  pageSize?: number;
}

interface Wanted {
  method: string;
  verb: string;
  key: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

const longestBody = 64 * 2 ** 20;
const emptySha256 = createHash("sha256").digest("hex");

/** A bucket of any S3. Requests that may pass another time are tried again with growing pauses until the deadline. */
export class S3Store implements ObjectStore {
  readonly #settings: S3Settings;
  /** Keys derived from the secret, by day and region. */
  readonly #signingKeys = new Map<string, ArrayBuffer>();
  /** How far the store's clock is ahead of ours, in milliseconds. */
  #clockOffset = 0;

  constructor(settings: S3Settings) {
    this.#settings = settings;
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    let token: string | undefined;
    do {
      const query: Record<string, string> = { "list-type": "2", prefix };
      if (token !== undefined) query["continuation-token"] = token;
      if (this.#settings.pageSize) query["max-keys"] = `${this.#settings.pageSize}`;
      const page = await this.#ask({ method: "GET", verb: "list", key: "", query }, async (answer) => {
        return parseListing((await readAll(answer, longestBody)).toString("utf8"));
      });
      yield* page.objects;
      token = page.next;
    } while (token !== undefined);
  }

  get(key: string): Promise<Buffer> {
    return this.#ask({ method: "GET", verb: "get", key }, (answer) => readAll(answer, longestBody));
  }

  digest(key: string): Promise<Digest> {
    return this.#ask({ method: "GET", verb: "read back", key }, async ({ body }) => {
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const piece of body as AsyncIterable<Buffer>) {
        hash.update(piece);
        bytes += piece.length;
        passedThrough(piece.length);
      }
      return { bytes, sha256: hash.digest("hex") };
    });
  }

  async put(key: string, body: Uint8Array, { onlyIfAbsent = false, sha256: known }: PutOptions = {}): Promise<void> {
    const sha256 = known === undefined ? createHash("sha256").update(body).digest() : Buffer.from(known, "hex");
    const { kmsKey } = this.#settings;
    const headers: Record<string, string> = {
      "content-type": "application/octet-stream",
      "x-amz-checksum-sha256": sha256.toString("base64"),
      "x-amz-content-sha256": sha256.toString("hex"),
      ...(onlyIfAbsent && { "if-none-match": "*" }),
      ...(kmsKey && { "x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": kmsKey }),
    };
    await this.#ask({ method: "PUT", verb: "put", key, headers, body }, (answer) => readAll(answer, longestBody));
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.#ask({ method: "DELETE", verb: "delete", key }, (answer) => readAll(answer, longestBody));
    }
  }

  async #ask<T>(wanted: Wanted, read: (answer: Answer) => Promise<T>): Promise<T> {
    const { deadlineSeconds = 300, attemptSeconds = 120 } = this.#settings;
    const end = Date.now() + deadlineSeconds * 1000;
    for (let attempt = 1; ; attempt += 1) {
      const signal = AbortSignal.timeout(Math.max(1000, Math.min(attemptSeconds * 1000, end - Date.now())));
      try {
        return await this.#try(wanted, read, signal);
      } catch (error) {
        const failure = this.#failure(wanted, error, signal);
        // The try before may have been stored although its answer was lost. What counts is read back anyway.
        if (failure.code === "PreconditionFailed" && attempt > 1) return undefined as T;
        const pause = pauseBefore(attempt);
        if (!mayPass(failure, attempt) || Date.now() + pause > end) throw failure;
        if (failure.code === "ExpiredToken") this.#settings.credentials.forget();
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async #try<T>(wanted: Wanted, read: (answer: Answer) => Promise<T>, signal: AbortSignal): Promise<T> {
    const signed = await this.#sign(wanted);
    const answer = await send(signed.url, wanted.method, signed.headers, wanted.body, signal);
    if (answer.status >= 200 && answer.status < 300) {
      // A connection that ends early makes the body's reading fail, so a cut one is never taken for whole.
      return read(answer);
    }
    const xml = (await readAll(answer, longestBody)).toString("utf8");
    const code = element(xml, "Code") ?? codeOf(answer.status);
    if (code === "RequestTimeTooSkewed" && answer.headers.date) this.#clockOffset = Date.parse(answer.headers.date) - Date.now();
    throw new StoreError(this.#subject(wanted), code, answer.status, element(xml, "Message") ?? "");
  }

  async #sign({ method, key, query, headers, body }: Wanted) {
    const { bucket, credentials, endpoint, region } = this.#settings;
    const url = new URL(`/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`, endpoint);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: { "x-amz-content-sha256": emptySha256, ...headers },
      ...(await credentials.get()),
      service: "s3",
      region,
      cache: this.#signingKeys,
      datetime: new Date(Date.now() + this.#clockOffset).toISOString().replace(/[:-]|\.\d{3}/g, ""),
    });
    const signed = await signer.sign();
    const length: Record<string, string> = body ? { "content-length": `${body.length}` } : {};
    return { url: signed.url, headers: { ...Object.fromEntries(signed.headers), ...length } };
  }

  #failure(wanted: Wanted, error: unknown, signal: AbortSignal): StoreError {
    if (error instanceof StoreError) return error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (signal.aborted) return new StoreError(this.#subject(wanted), "TimedOut", undefined, "no whole answer in time");
    if (code === undefined && !(error as Error).message.includes("aborted")) throw error;
    return new StoreError(this.#subject(wanted), code ?? "Closed", undefined, message);
  }

  #subject({ verb, key, query }: Wanted): RequestSubject {
    const { bucket, endpoint } = this.#settings;
    return { endpoint, bucket, verb, key: key || (query?.prefix ?? "") };
  }
}

/** An answer without S3's own words, such as that of a proxy. */
function codeOf(status: number): string {
  if (status === 404) return "NoSuchKey";
  if (status === 412) return "PreconditionFailed";
  return status === 403 ? "AccessDenied" : "NoReason";
}
