import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

export interface VolumeWatch {
  /** Set once the volume was too small. */
  problem?: string;
  /** Looks now. */
  look(): Promise<void>;
  stop(): void;
}

/** Share of the volume from which on it counts as full: the kubelet looks once in a while, and by then Postgres has written on. */
const fullShare = 0.95;

/**
 * Ends a restore before its volume is full. The kubelet would evict the pod, without evidence, and the Job would try the same again.
 */
export function watchVolume(directory: string, bytes: number, full: () => Promise<void> | undefined, everyMilliseconds = 2000): VolumeWatch {
  let looking: Promise<void> | undefined;
  const lookOnce = async () => {
    const used = await bytesBelow(directory);
    if (watch.problem !== undefined || used < bytes * fullShare) return;
    watch.problem = `the drill's volume of ${bytes} bytes is too small for the restored database, which came to ${used} so far; raise storage to at least twice the database's size`;
    await full();
  };
  const look = () => {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const timer = setInterval(() => void look(), everyMilliseconds);
  const watch: VolumeWatch = { look, stop: () => clearInterval(timer) };
  return watch;
}

/** Files come and go while they are counted. */
async function bytesBelow(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  let sum = 0;
  for (const entry of entries) {
    const path = join(directory, entry.name);
    sum += entry.isDirectory() ? await bytesBelow(path) : ((await lstat(path).catch(() => undefined))?.blocks ?? 0) * 512;
  }
  return sum;
}
