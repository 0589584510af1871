import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { StackConfig } from "./config/load.ts";

/**
 * The key that backups are encrypted with before they leave the cluster, as 64 hex digits; none where the config doesn't ask for it.
 * It is kept in the stack's encrypted state alone, so it is a secret output too: a copy elsewhere is what a lost state is mended with.
 */
export function backupKey({ backups, protectData }: StackConfig): pulumi.Output<string> | undefined {
  if (!backups.encrypt) return undefined;
  // Without it every backup is noise, so it outlives its stack as they do.
  const kept = { protect: protectData, retainOnDelete: protectData };
  return new random.RandomBytes("backup-encryption-key", { length: 32 }, kept).hex;
}
