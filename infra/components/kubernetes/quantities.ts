const memoryUnits: Record<string, number> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Bytes of a memory or storage quantity such as `512Mi`, `2Gi` or `1.5G`; NaN for anything else. */
export function bytes(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)([kMGTPE]|[KMGTPE]i)?$/.exec(quantity);
  return match ? Math.round(Number(match[1]) * memoryUnits[match[2] ?? ""]!) : Number.NaN;
}

/** Thousandths of a CPU of a quantity such as `250m`, `2` or `0.5`; NaN for anything else. */
export function cpuMillis(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity);
  return match ? Math.round(Number(match[1]) * (match[2] === "m" ? 1 : 1000)) : Number.NaN;
}

/** The quantity the API server itself would print: another spelling of the same amount would show as drift. */
export function formatCpu(millis: number): string {
  return millis % 1000 === 0 ? `${millis / 1000}` : `${millis}m`;
}

/** Whole mebibytes, or gibibytes where nothing is lost. Rounds up: it is used to say how much is enough. */
export function formatMemory(amount: number): string {
  const mebibytes = Math.ceil(amount / 2 ** 20);
  return mebibytes % 1024 === 0 && mebibytes > 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}
