import { type Generated, valueAt } from "./series.ts";

/**
 * Sends samples of series at some times, in seconds, to Prometheus's receiver of remote writes. Gives their number.
 * https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export async function remoteWrite(port: number, series: Generated[], momentsOf: (one: Generated) => number[]): Promise<number> {
  const sent = series.map((one) => ({ one, moments: momentsOf(one) }));
  const request = Buffer.concat(sent.map(({ one, moments }) => field(1, timeSeries(one, moments))));
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/write`, {
    method: "POST",
    headers: { "content-encoding": "snappy", "content-type": "application/x-protobuf", "x-prometheus-remote-write-version": "0.1.0" },
    body: uncompressedSnappy(request),
  });
  if (!response.ok) throw new Error(`Prometheus takes no samples: ${response.status} ${await response.text()}`);
  return sent.reduce((sum, { moments }) => sum + moments.length, 0);
}

function timeSeries(series: Generated, moments: number[]): Buffer {
  const labels = Object.entries({ __name__: series.name, ...series.labels }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([
    ...labels.map(([name, value]) => field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]))),
    ...moments.map((at) => field(2, sample(valueAt(series, at), at * 1000))),
  ]);
}

function sample(value: number, milliseconds: number): Buffer {
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value);
  return Buffer.concat([Buffer.from([0x09]), double, Buffer.from([0x10]), varint(milliseconds)]);
}

/** A field of Protocol Buffers that has a length. */
const field = (number: number, content: Buffer) => Buffer.concat([Buffer.from([(number << 3) | 2]), varint(content.length), content]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** Snappy's block format, with all of the content as one literal. */
function uncompressedSnappy(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length - 1);
  return Buffer.concat([varint(content.length), Buffer.from([63 << 2]), length, content]);
}
