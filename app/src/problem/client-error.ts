import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { problemBody, problemContentType } from "./problem.ts";

/** What Node's HTTP parser refuses, by its error code. There is no request yet, so the answer is written to the socket by hand. */
const answers: Record<string, [status: number, reason: string, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large", "The headers are larger than this service takes (16 KiB in all)."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "The request did not arrive in time."],
};
const malformed: (typeof answers)[string] = [400, "Bad Request", "The request is no valid HTTP."];

/** Answers a connection whose bytes are no request, and closes it: where the next request would begin is unknown. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Pick<Socket, "writable" | "destroyed" | "destroy" | "end">): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, detail] = answers[error.code ?? ""] ?? malformed;
  const body = JSON.stringify(problemBody(status, detail, { title: reason }));
  socket.end(
    [`HTTP/1.1 ${status} ${reason}`, `Content-Type: ${problemContentType}`, `Content-Length: ${Buffer.byteLength(body)}`, "Connection: close", "", body].join(
      "\r\n",
    ),
  );
}

/** Answers an `Expect` header other than 100-continue; Node's own 417 has no body. */
export function answerUnknownExpectations(server: Server): void {
  server.on("checkExpectation", (_, response: ServerResponse) => {
    const body = JSON.stringify(problemBody(417, "The only expectation that this service meets is 100-continue."));
    response.writeHead(417, { "content-type": problemContentType, "content-length": Buffer.byteLength(body), connection: "close" });
    response.end(body);
  });
}
