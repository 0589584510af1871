import * as pulumi from "@pulumi/pulumi";
import { majorOf } from "../components/backup-tools/format/manifest.ts";
import { type Origin, originOf } from "../components/backup-tools/replay/origin.ts";
import { type Catalogue, findBackup } from "../components/backup-tools/restore/catalogue.ts";
import { wantedBackup } from "../components/backup-tools/restore/wanted-backup.ts";
import { S3Store } from "../components/backup-tools/store/s3.ts";
import { StoreError } from "../components/backup-tools/store/store-error.ts";
import { images } from "../components/images.ts";
import type { StackConfig } from "../config/load.ts";
import { databaseImage, databaseName } from "../database.ts";
import { replaysLog } from "../wiring.ts";

/**
 * Stops an update before its first change when the backup that it is to be filled from is not there, or is of a newer Postgres.
 * Only for a bucket of another stack by a key: the stack's own may not be reached from this machine. The restore asks again.
 */
export async function preflightRestore(config: StackConfig): Promise<void> {
  const { bucket, endpoint, prefix = "backups", region = "us-east-1", backup } = config.restoreFrom ?? {};
  const { accessKeyId, secretAccessKey } = config.restoreSecrets;
  if (!bucket || !backup || !accessKeyId || !secretAccessKey) return;
  const credentials = {
    get: async () => ({ accessKeyId: await plainText(accessKeyId), secretAccessKey: await plainText(secretAccessKey) }),
    forget: () => undefined,
  };
  const address = endpoint ?? `https://s3.${region}.amazonaws.com`;
  const store = new S3Store({ endpoint: address, bucket, region, credentials, deadlineSeconds: 5, attemptSeconds: 5 });
  const found = await restoreProblem(
    { store, prefix, database: databaseName(config.service.name) },
    backup,
    majorOfImage(databaseImage(config) ?? images.postgres),
    replaysLog(config),
  );
  if (found?.stops) throw new pulumi.RunError(`slipway:restoreFrom: ${found.problem}; nothing was changed.`);
  if (found) await pulumi.log.warn(`slipway:restoreFrom: ${found.problem}. Going on; the restore looks for itself.`);
}

const plainText = (secret: pulumi.Output<string>) => new Promise<string>((resolve) => void secret.apply(resolve));

export interface RestoreProblem {
  problem: string;
  /** Whether nothing may begin; otherwise it could not be looked at from here. */
  stops: boolean;
}

/** What is wrong with bringing that backup back by a Postgres of that major version. */
export async function restoreProblem(catalogue: Catalogue, backup: string, major: number | undefined, replaysLog = false): Promise<RestoreProblem | undefined> {
  try {
    const wanted = wantedBackup(backup)!;
    const origin: Origin = replaysLog ? await originOf(catalogue, wanted, major) : { dump: await findBackup(catalogue, wanted) };
    if ("log" in origin || major === undefined) return undefined;
    const { id, serverVersion } = origin.dump;
    const from = majorOf(serverVersion);
    if (from <= major) return origin.because === undefined ? undefined : { problem: origin.because, stops: false };
    const problem = `backup ${id} is of Postgres ${from}, newer than images.postgres ${major}: a dump goes only forward; name an image of version ${from} or newer`;
    return { problem, stops: true };
  } catch (error) {
    // A machine without a way to the store, or a store that only pods reach, is no mistake.
    const unreached = error instanceof StoreError && error.status === undefined;
    return { problem: (error as Error).message, stops: !unreached };
  }
}

/** The major version in an image's tag, if it has one. */
export function majorOfImage(reference: string): number | undefined {
  const tag = /:(\d+)[^/]*$/.exec(reference.split("@")[0]!)?.[1];
  return tag === undefined ? undefined : Number(tag);
}
