import { readFile } from "node:fs/promises";
import { makeBucket } from "./make-bucket.ts";

// Run by Node in the Job that prepares the store in the cluster, with the store's root login.
const { ACCESS_KEY_ID = "", BUCKET = "", ENDPOINT = "", POLICY = "", REGION = "", SECRET_FILE = "" } = process.env;
const secretAccessKey = (await readFile(SECRET_FILE, "utf8")).trim();
console.log(await makeBucket({ accessKeyId: ACCESS_KEY_ID, secretAccessKey, bucket: BUCKET, endpoint: ENDPOINT, policy: POLICY, region: REGION }));
