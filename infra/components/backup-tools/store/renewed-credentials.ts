import type { CredentialSource, Credentials } from "./credentials.ts";

export interface Lease {
  credentials: Credentials;
  /** Their end, in milliseconds since 1970. */
  until: number;
}

/** Renewed this long before their end, so that no request carries a token that is over when it arrives. */
const renewBeforeSeconds = 300;
const attempts = 5;

/** Credentials that end, asked for anew in time. `giver` and `mend` stand in the error: `the agent at ... answers 403; look whether ...`. */
export function renewedCredentials(ask: () => Promise<Lease>, giver: string, mend: string): CredentialSource {
  let held: Lease | undefined;
  return {
    get: async () => {
      for (let attempt = 1; !held || Date.now() > held.until - renewBeforeSeconds * 1000; attempt += 1) {
        try {
          held = await ask();
          break;
        } catch (error) {
          // What is held is good until its end; whoever gives it may be away for a moment.
          if (held && Date.now() < held.until) break;
          if (attempt === attempts) throw new Error(`${giver} ${said(error)}; ${mend}`);
          await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
        }
      }
      return held!.credentials;
    },
    forget: () => {
      held = undefined;
    },
  };
}

function said(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `can't be asked: ${cause.message}` : message;
}
