import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { ByteReader } from "./byte-reader.ts";

/** Where a Redis is. */
export interface RedisAddress {
  host: string;
  port: number;
  /** A socket file instead, for a server of one's own. */
  path?: string;
  tls?: boolean;
}

export interface RedisLogin {
  username: string;
  password: string;
}

/** An answer of the protocol RESP2: text, number, bytes, nothing, or a list of those. */
export type Reply = string | number | Buffer | null | Reply[];

/** A server's "no". Its first word is a code such as `NOPERM`. */
export class RedisError extends Error {
  readonly code: string;

  constructor(message: string) {
    super(message);
    this.name = "RedisError";
    this.code = message.split(" ")[0]!;
  }
}

/** Silence after which a connection counts as dead. A server that prepares a copy sends a byte each second. */
const silenceMilliseconds = 60_000;

/** One connection; commands go out in order, and several may be sent before the first is answered. */
export class RedisConnection {
  readonly #socket: Socket;
  readonly #reader: ByteReader;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#reader = new ByteReader(socket);
  }

  static async open({ host, port, path, tls }: RedisAddress, login?: RedisLogin): Promise<RedisConnection> {
    const socket = path !== undefined ? connect({ path }) : tls ? connectTls({ host, port, servername: host }) : connect({ host, port });
    // Without a listener an error between two reads would end the process; the next read meets it anyway.
    socket.on("error", () => undefined);
    socket.setTimeout(silenceMilliseconds, () =>
      socket.destroy(new Error(`no byte from Redis at ${path ?? `${host}:${port}`} for ${silenceMilliseconds / 1000} s`)),
    );
    await once(socket, tls && path === undefined ? "secureConnect" : "connect");
    const connection = new RedisConnection(socket);
    if (login) await connection.command("AUTH", login.username, login.password);
    return connection;
  }

  /** Sends one command and waits for its answer; throws a RedisError when that is an error. */
  async command(...words: (string | number | Buffer)[]): Promise<Reply> {
    const [reply] = await this.pipeline([words]);
    if (reply instanceof RedisError) throw reply;
    return reply!;
  }

  /** Sends several commands at once. An answer that is an error stands in its place among the others. */
  async pipeline(commands: (string | number | Buffer)[][]): Promise<(Reply | RedisError)[]> {
    this.#socket.write(Buffer.concat(commands.map(encode)));
    const replies: (Reply | RedisError)[] = [];
    for (let index = 0; index < commands.length; index++) replies.push(await this.#reply());
    return replies;
  }

  /** Hands over the raw stream, for an answer that is none of the protocol. */
  send(...words: string[]): ByteReader {
    this.#socket.write(encode(words));
    return this.#reader;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #reply(): Promise<Reply | RedisError> {
    const line = await this.#reader.line();
    const rest = line.slice(1);
    switch (line[0]) {
      case "+":
        return rest;
      case "-":
        return new RedisError(rest);
      case ":":
        return Number(rest);
      case "$": {
        const length = Number(rest);
        if (length < 0) return null;
        const bytes = await this.#reader.exactly(length);
        await this.#reader.exactly(2);
        return bytes;
      }
      case "*": {
        const list: Reply[] = [];
        for (let left = Number(rest); left > 0; left--) {
          const item = await this.#reply();
          if (item instanceof RedisError) throw item;
          list.push(item);
        }
        return list;
      }
      default:
        throw new Error(
          `Redis answered ${JSON.stringify(line.slice(0, 40))}, which is none of its protocol; is it a Redis, and is TLS asked for where the server has none?`,
        );
    }
  }
}

function encode(words: (string | number | Buffer)[]): Buffer {
  const parts = words.map((word) => (Buffer.isBuffer(word) ? word : Buffer.from(`${word}`)));
  const end = Buffer.from("\r\n");
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, end])]);
}

/** A field of INFO's answer. */
export function infoField(info: Reply, field: string): string | undefined {
  return new RegExp(`^${field}:(.*?)\\r?$`, "m").exec(String(info))?.[1];
}

/** Keys by database, as `INFO keyspace` tells: `{ db0: 3 }`. */
export function keysByDatabase(info: Reply): Record<string, number> {
  return Object.fromEntries([...String(info).matchAll(/^(db\d+):keys=(\d+)/gm)].map(([, database, keys]) => [database!, Number(keys)]));
}
