import { expect, test } from "vitest";
import type { ServiceBinding } from "../binding.ts";
import { authorityFilePath, bindingEnvironment, bindingVolumes } from "./pod.ts";

const plain: ServiceBinding = { name: "cache", namespace: "links", host: "cache", port: 6379, secretName: "cache-login", secretFiles: ["password"] };
const verified: ServiceBinding = {
  ...plain,
  name: "postgres",
  settings: { sslMode: "verify-full" },
  secretName: "login",
  secretFiles: ["password", "ca.crt"],
  authoritySecretName: "postgres-tls",
};

test("of the Secret that holds the server's key, only the authority is mounted", () => {
  const { volumes, mounts } = bindingVolumes([plain, verified]);
  expect(volumes).toEqual([
    { name: "binding-cache", secret: { secretName: "cache-login", defaultMode: 0o440, items: [{ key: "password", path: "password" }] } },
    {
      name: "binding-postgres",
      projected: {
        defaultMode: 0o440,
        sources: [
          { secret: { name: "login", items: [{ key: "password", path: "password" }] } },
          { secret: { name: "postgres-tls", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        ],
      },
    },
  ]);
  expect(mounts).toHaveLength(2);
});

test("a client is told how to verify the server", () => {
  expect(bindingEnvironment([verified])).toEqual(
    expect.arrayContaining([
      { name: "POSTGRES_SSLMODE", value: "verify-full" },
      { name: "POSTGRES_CA_CRT_FILE", value: "/run/secrets/bindings/postgres/ca.crt" },
    ]),
  );
  expect(authorityFilePath(verified)).toBe("/run/secrets/bindings/postgres/ca.crt");
  expect(authorityFilePath(plain)).toBe(undefined);
});
