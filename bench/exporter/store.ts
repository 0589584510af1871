/**
 * A store in a process of its own, so that who scrapes does not wait for who answers the exporter's listings.
 * `node store.ts <objects> <seed of the key that signs evidence>` prints its address.
 */
import { startStore } from "../../infra/components/backup-tools/store/workbench.ts";
import { prefix } from "../data/service.ts";
import { bucketContent } from "./bucket-content.ts";

const store = await startStore();
for (const [key, body] of bucketContent(prefix, Number(process.argv[2]), process.argv[3]!)) store.objects.set(key, body);
console.log(store.endpoint);
