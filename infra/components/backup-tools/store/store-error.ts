/** Where and what a request was. */
export interface RequestSubject {
  endpoint: string;
  bucket: string;
  /** What was tried, as a verb: `get`, `put`, `list`, `delete`. */
  verb: string;
  /** Key, or prefix of a listing. */
  key: string;
}

/** A request that failed for good. Its message names bucket, endpoint, key, status, S3's code and the mend; never a secret. */
export class StoreError extends Error {
  readonly code: string;
  readonly status: number | undefined;

  constructor(subject: RequestSubject, code: string, status: number | undefined, detail: string) {
    const answer = status === undefined ? code : `${status} ${code}`;
    const said = detail === "" ? "" : ` (${detail})`;
    super(`can't ${subject.verb} ${subject.key} in bucket ${subject.bucket} at ${subject.endpoint}: ${answer}${said}; ${mendOf(code)}`);
    this.name = "StoreError";
    this.code = code;
    this.status = status;
  }
}

/** Whether an error says that the object is not there. */
export const isMissing = (error: unknown): boolean => error instanceof StoreError && error.code === "NoSuchKey";

const mends: Record<string, string> = {
  AccessDenied: "give the identity this right on this prefix, or use the identity that has it",
  AuthorizationHeaderMalformed: "the bucket is of another region; set the region to the bucket's own",
  BadDigest: "the content changed on its way; look at the network between",
  ExpiredToken: "the identity's token is over; look why it was not renewed",
  IncompleteBody: "the store broke off; look at its log and its free space",
  InsufficientStorage: "the store is full; raise its size or shorten the retention",
  InvalidAccessKeyId: "the store doesn't know the access key; give the key of this store",
  NoSuchBucket: "make the bucket, or name one that is there",
  NoSuchKey: "list the prefix to see what is there",
  PermanentRedirect: "the bucket is of another region; set the region and the endpoint to the bucket's own",
  PreconditionFailed: "an object of that name is there already; nothing was replaced",
  QuotaExceeded: "the store is full; raise its size or shorten the retention",
  RequestTimeTooSkewed: "the clocks of this pod's node and of the store differ; set both by NTP",
  SignatureDoesNotMatch: "the secret access key is another one's; give the one that belongs to the access key",
  TooLarge: "the object is larger than anything a backup stores; it is not one of its parts",
  XMinioStorageFull: "the store is full; raise its size or shorten the retention",
  XAmzContentSHA256Mismatch: "the content changed on its way; look at the network between",
};
const network = "look whether the store is up, whether its name resolves, and whether a network policy lets this pod through";

function mendOf(code: string): string {
  if (/^(E[A-Z]+|UND_ERR|TimedOut|Closed)/.test(code) && !mends[code]) return network;
  return mends[code] ?? "look at the store's log and its free space";
}
