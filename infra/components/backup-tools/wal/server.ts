import { type Connection, clientEnvironment } from "../connection.ts";
import { output } from "../subprocess.ts";
import { formatLsn, parseLsn, segmentBytes } from "./segment.ts";

/** The slot by which the server keeps what is not archived yet. One archive a server: two would each hold the log back. */
export const slotName = "slipway_archive";

export interface ServerState {
  systemIdentifier: string;
  timeline: number;
  /** How far the log is written to the server's disk. */
  flushed: bigint;
  /** From where on the server keeps its log for the archive; undefined where it keeps nothing. */
  kept?: bigint;
  /** Whether the server has thrown away what was not archived yet, as `max_slot_wal_keep_size` has it. */
  lost: boolean;
}

/** The same, as psql prints it. */
interface PrintedState {
  systemIdentifier: string;
  timeline: number;
  segmentBytes: number;
  flushed: string;
  kept: string | null;
  lost: boolean;
}

const stateQuery = `
  SELECT json_build_object(
    'systemIdentifier', (SELECT system_identifier::text FROM pg_control_system()),
    'timeline', (SELECT timeline_id FROM pg_control_checkpoint()),
    'segmentBytes', (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'),
    'flushed', pg_current_wal_flush_lsn()::text,
    'kept', s.restart_lsn::text,
    'lost', s.slot_name IS NOT NULL AND (s.restart_lsn IS NULL OR s.wal_status = 'lost'))
  FROM (SELECT) one LEFT JOIN pg_replication_slots s ON s.slot_name = '${slotName}'`;

/** The server whose log is archived, asked by psql. */
export class ArchivedServer {
  readonly #connection: Connection;
  readonly #scratch: string;

  constructor(connection: Connection, scratch: string) {
    this.#connection = connection;
    this.#scratch = scratch;
  }

  environment(): NodeJS.ProcessEnv {
    return clientEnvironment(this.#connection, this.#scratch);
  }

  async ask<T>(query: string): Promise<T> {
    const args = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", "--command", query];
    return JSON.parse(await output("psql", args, { ...this.environment(), PGOPTIONS: "-c statement_timeout=30s" })) as T;
  }

  async state(): Promise<ServerState> {
    const { systemIdentifier, timeline, segmentBytes: bytes, flushed, kept, lost } = await this.ask<PrintedState>(stateQuery);
    if (bytes !== segmentBytes) {
      throw new Error(
        `the server's log has segments of ${bytes} bytes; the archive counts in ${segmentBytes}, initdb's default: make the server anew without --wal-segsize`,
      );
    }
    return { systemIdentifier, timeline, flushed: parseLsn(flushed), kept: kept === null || lost ? undefined : parseLsn(kept), lost };
  }

  /** Has the server keep its log from now on. */
  async makeSlot(): Promise<void> {
    await this.ask(`SELECT to_json(slot_name::text) FROM pg_create_physical_replication_slot('${slotName}', true)`);
  }

  async dropSlot(): Promise<void> {
    await this.ask(`SELECT to_json(pg_drop_replication_slot('${slotName}')::text)`);
  }

  /** Lets the server remove its log up to a place. */
  async release(until: bigint): Promise<void> {
    await this.ask(`SELECT to_json(end_lsn::text) FROM pg_replication_slot_advance('${slotName}', '${formatLsn(until)}')`);
  }
}
