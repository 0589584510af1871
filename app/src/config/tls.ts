import { readFileSync } from "node:fs";
import type { Mistake } from "./mistakes.ts";

/** The authorities that may sign for a server. Its certificate and its name are always verified. */
export interface ServerTrust {
  /** PEM. Read from its file at each use, so that a renewed authority is followed without a restart. */
  readonly ca: string;
}

/**
 * Reads `<prefix>_SSLMODE` and `<prefix>_CA_CRT_FILE`. Of libpq's modes only two are taken: between `disable` and `verify-full` a
 * connection is encrypted to whoever answers, which looks safe and is not.
 */
export function serverTrustFrom(environment: NodeJS.ProcessEnv, prefix: string, mistakes: Mistake[]): ServerTrust | undefined {
  const mode = environment[`${prefix}_SSLMODE`] || "disable";
  if (mode === "disable") return undefined;
  if (mode !== "verify-full") {
    const text = `${JSON.stringify(mode)} does not prove who the server is; write verify-full, or disable on your own machine.`;
    mistakes.push({ variable: `${prefix}_SSLMODE`, text });
    return undefined;
  }
  const variable = `${prefix}_CA_CRT_FILE`;
  const file = environment[variable];
  if (!file) {
    mistakes.push({ variable, text: `is not set, and ${prefix}_SSLMODE is verify-full; name the file with the certificate of the server's authority.` });
    return undefined;
  }
  const authority = new FileOfAuthority(file);
  try {
    if (!authority.read().includes("-----BEGIN CERTIFICATE-----")) {
      mistakes.push({ variable, text: `the file ${file} holds no certificate; it must hold the authority's, in PEM.` });
    }
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    mistakes.push({ variable, text: `the file ${file} can't be read (${reason}); mount the certificate there, readable by this user.` });
  }
  return {
    // An own property, since pg copies what it hands to TLS, for each connection anew.
    get ca() {
      return authority.latest();
    },
  };
}

class FileOfAuthority {
  readonly #path: string;
  #last = "";

  constructor(path: string) {
    this.#path = path;
  }

  read(): string {
    this.#last = readFileSync(this.#path, "utf8");
    return this.#last;
  }

  /** The last one that could be read: pg asks in the middle of a handshake, where an exception would end the process. */
  latest(): string {
    try {
      return this.read();
    } catch {
      return this.#last;
    }
  }
}
