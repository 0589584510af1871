/** A value as Grafana's unit of that id writes it. */
export function formatted(value: number, unit: string): string {
  switch (unit) {
    case "percentunit":
      return `${digits(value * 100)}%`;
    case "s":
      return time(value);
    case "bytes":
      return scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);
    case "Bps":
      return scaled(value, 1000, ["B/s", "kB/s", "MB/s", "GB/s"]);
    case "reqps":
      return scaled(value, 1000, ["req/s", "K req/s", "Mil req/s"]);
    case "ops":
      return scaled(value, 1000, ["ops/s", "K ops/s", "Mil ops/s"]);
    case "short":
      return scaled(value, 1000, ["", "K", "Mil", "Bil"]);
    default:
      return digits(value);
  }
}

/** Three digits that count, without a tail of zeros. */
function digits(value: number): string {
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  return `${Number(value.toFixed(Math.min(Math.max(2 - size, 0), 6)))}`;
}

function scaled(value: number, base: number, units: string[]): string {
  const power = Math.min(Math.max(Math.floor(Math.log(Math.abs(value)) / Math.log(base)), 0), units.length - 1);
  const index = value === 0 ? 0 : power;
  return `${digits(value / base ** index)} ${units[index]}`.trim();
}

const times: [number, string][] = [
  [86_400 * 365, "years"],
  [86_400, "days"],
  [3600, "hours"],
  [60, "mins"],
  [1, "s"],
  [1e-3, "ms"],
  [1e-6, "µs"],
];

function time(value: number): string {
  if (value === 0) return "0 s";
  const [size, unit] = times.find(([least]) => Math.abs(value) >= least) ?? times.at(-1)!;
  return `${digits(value / size)} ${unit}`;
}
