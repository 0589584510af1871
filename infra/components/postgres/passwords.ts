import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** The two logins of the application take turns, so that a rotation never touches the one in use. */
export type AppSlot = "a" | "b";

export function currentSlot(passwordVersion: number): AppSlot {
  return passwordVersion % 2 === 1 ? "a" : "b";
}

/** The newest version at which a slot's password was made: the idle slot keeps its own until its next turn. */
export function slotVersion(slot: AppSlot, passwordVersion: number): number {
  return currentSlot(passwordVersion) === slot ? passwordVersion : passwordVersion - 1;
}

/** Letters and digits only: the password stands in connection strings and SQL, and 32 of them are 190 bits. */
const shape = { length: 32, special: false };

export type RolePasswords = ReturnType<typeof rolePasswords>;

/** Passwords by file name, as the Job that sets them reads them. */
export function rolePasswords(name: string, passwordVersion: number, opts: pulumi.CustomResourceOptions) {
  const make = (role: string, version: number) =>
    new random.RandomPassword(`${name}-${role}-password`, { ...shape, keepers: { version: `${version}` } }, opts).result;
  return {
    owner: make("owner", passwordVersion),
    app_a: make("app-a", slotVersion("a", passwordVersion)),
    app_b: make("app-b", slotVersion("b", passwordVersion)),
    reader: make("reader", passwordVersion),
    exporter: make("exporter", passwordVersion),
    backup: make("backup", passwordVersion),
    restore: make("restore", passwordVersion),
    reload: make("reload", passwordVersion),
  };
}

/** Of the role that copies the log, where there is one. */
export function archivePassword(name: string, passwordVersion: number, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return new random.RandomPassword(`${name}-archive-password`, { ...shape, keepers: { version: `${passwordVersion}` } }, opts).result;
}

/** The superuser's password is only read when the volume is first filled, so it never changes. */
export function adminPassword(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return new random.RandomPassword(`${name}-admin-password`, shape, opts).result;
}
