import type { WebSocket } from "ws";
import { createLocalGcra } from "../limiter/local-gcra.ts";
import type { Instruments } from "../metrics/instruments.ts";

/** Close codes of RFC 6455 (7.4.1) and the IANA registry. */
export const closeCodes = { goingAway: 1001, protocolError: 1002, abnormal: 1006, invalidText: 1007, abuse: 1008, tooBig: 1009, overload: 1013 } as const;

/** Bytes of one message from a client; it has nothing to say that is longer. */
export const maxPayload = 1_024;

export interface ConnectionLimits {
  /** Connections above which this process refuses more. */
  most: number;
  /** Milliseconds between two pings of a connection. Proxies close what is silent for about 60 s. */
  pingMilliseconds?: number;
  /** Milliseconds without a sign of life after which a connection is cut: two pings went unanswered. */
  deadlineMilliseconds?: number;
}

/** Messages and pings that a client may send. */
const tier = { name: "websocket", limits: [{ name: "websocket", quota: 20, windowSeconds: 10 }] };
/** Bytes that may wait to be sent. Updates replace each other, so a client that has not taken hundreds of them takes none. */
const mostBuffered = 16 * 1_024;
/** Milliseconds for the other side's half of the closing handshake. */
const closeMilliseconds = 2_000;

const codeOfError: Record<string, number> = { WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: closeCodes.tooBig, WS_ERR_INVALID_UTF8: closeCodes.invalidText };

interface Connection {
  socket: WebSocket;
  heard: number;
  close(code: number, reason: string): void;
}

type ConnectionInstruments = Pick<Instruments, "webSocketConnections" | "webSocketConnectionsMax" | "webSocketMessages" | "webSocketCloses">;

/** The WebSocket connections of this process, each with the limits that `ws` doesn't have by itself. */
export function createConnections({ most, pingMilliseconds = 30_000, deadlineMilliseconds = 60_000 }: ConnectionLimits, instruments: ConnectionInstruments) {
  const open = new Set<Connection>();
  const decide = createLocalGcra(1);
  let counter = 0;
  let draining = false;
  instruments.webSocketConnectionsMax.set(most);
  instruments.webSocketConnections.set(0);
  for (const direction of ["in", "out"]) instruments.webSocketMessages.inc({ direction }, 0);

  const beat = setInterval(() => {
    for (const connection of open) {
      if (performance.now() - connection.heard > deadlineMilliseconds) connection.socket.terminate();
      else if (connection.socket.readyState === connection.socket.OPEN) connection.socket.ping();
    }
  }, pingMilliseconds).unref();

  /** Takes a connection in, and gives the way to send to it. Closes it at once when there are too many. */
  function add(socket: WebSocket): (text: string) => void {
    const key = `${++counter}`;
    let ourCode: number | undefined;
    const connection: Connection = {
      socket,
      heard: performance.now(),
      close(code, reason) {
        if (ourCode !== undefined) return;
        ourCode = code;
        socket.close(code, reason);
        setTimeout(() => socket.terminate(), closeMilliseconds).unref();
      },
    };
    const heard = () => {
      connection.heard = performance.now();
      if (!decide(tier, key).allowed) connection.close(closeCodes.abuse, "too many messages");
    };
    socket.on("message", () => {
      instruments.webSocketMessages.inc({ direction: "in" });
      heard();
    });
    socket.on("ping", heard);
    socket.on("pong", () => {
      connection.heard = performance.now();
    });
    // `ws` has sent the close frame already.
    socket.on("error", ({ code = "" }: NodeJS.ErrnoException) => {
      if (code.startsWith("WS_ERR_")) connection.close(codeOfError[code] ?? closeCodes.protocolError, "");
    });
    socket.once("close", (code) => {
      open.delete(connection);
      instruments.webSocketConnections.set(open.size);
      instruments.webSocketCloses.inc({ code: ourCode ?? code });
    });
    // Asked again: several may have passed the check while each waited for the database.
    const full = open.size >= most || draining;
    open.add(connection);
    instruments.webSocketConnections.set(open.size);
    if (full) connection.close(closeCodes.overload, "no room; try again");

    return (text) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > mostBuffered) return connection.close(closeCodes.overload, "too slow");
      instruments.webSocketMessages.inc({ direction: "out" });
      socket.send(text);
    };
  }

  return {
    add,
    full: () => draining || open.size >= most,
    /** Closes all within a time, each at a moment of its own: all at once would come back at once, to whoever is left. */
    drain(milliseconds: number) {
      draining = true;
      clearInterval(beat);
      for (const connection of open) setTimeout(() => connection.close(closeCodes.goingAway, "going away"), Math.random() * milliseconds);
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;
