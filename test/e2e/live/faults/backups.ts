import { backUp, drill, pad } from "../backups.ts";
import type { Fault } from "../fault.ts";
import { inPod, sql } from "../in-pod.ts";

const store = "backups-store-0";
/** In the store's pod: the newest backup's last piece, and where it is put aside. */
const findPiece = `set -e
cd /data/buckets/links-backups
newest=$(find . -path '*/manifests/*.json' | sed 's|.*/||; s|[.]json$||' | sort | tail -n 1)
piece=$(find . -path "*/data/$newest/*" -type f | sort | tail -n 1)
test -n "$piece"
mv "$piece" /data/aside
printf %s "$piece"`;

export const pieceLost: Fault = {
  name: "a piece of the newest backup is gone from the bucket, and a drill meets it",
  alerts: ["BackupDamaged warning", "RestoreDrillFailed warning"],
  async start(stack) {
    const piece = await inPod(stack, store, ["sh", "-c", findPiece]);
    await drill(stack, false);
    return async () => {
      await inPod(stack, store, ["sh", "-c", 'mv /data/aside "/data/buckets/links-backups/$0"', piece]);
      await drill(stack, true);
    };
  },
};

export const backupOfLittle: Fault = {
  name: "a backup after most rows were deleted",
  alerts: ["BackupSizeAnomaly warning"],
  async start(stack) {
    await sql(stack, "DROP TABLE padding;");
    await backUp(stack);
    return async () => {
      await pad(stack);
      await backUp(stack);
    };
  },
};
