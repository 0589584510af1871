import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { RolePasswords } from "./passwords.ts";

/** A server as roles are set on it and clients reach it, whoever runs it. */
export interface DatabaseServer {
  /** Where it is and who signs for it, without a login. Resolves when it takes connections. */
  endpoint: ServiceBinding;
  /** The same through a pooler, for the application alone. */
  pooled?: ServiceBinding;
}

/** The server under one login. */
export function loginBinding(endpoint: ServiceBinding, login: Record<string, string>, secretName: pulumi.Input<string>): ServiceBinding {
  return { ...endpoint, settings: { ...endpoint.settings, ...login }, secretName, secretFiles: ["password", ...(endpoint.secretFiles ?? [])] };
}

/** Passwords by role; `admin` is the superuser's, or what comes nearest to one. */
export type ServerPasswords = RolePasswords & { admin: pulumi.Output<string>; archive?: pulumi.Output<string> };
