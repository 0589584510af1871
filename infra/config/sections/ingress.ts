import * as z from "zod";
import * as field from "../fields.ts";

export const ingress = z
  .strictObject({
    host: field.host.describe("Public host name."),
    className: field.dnsLabel("traefik").default("traefik").describe("Ingress class of a Traefik controller."),
    awaitAddress: field.flag.default(true).describe("Whether an update waits for the controller to publish an address."),
    issuer: z
      .strictObject({
        kind: field.oneOf(["selfSigned", "acme", "existing"]).describe("Where the certificate comes from."),
        email: field.email.optional().describe("For acme: whom the authority warns."),
        server: field.oneOf(["production", "staging"]).optional().describe("For acme: Let's Encrypt's production (the default) or staging."),
        name: field.dnsLabel("letsencrypt").optional().describe("For existing: the ClusterIssuer."),
      })
      .prefault({ kind: "selfSigned" })
      .describe("Where the certificate comes from."),
  })
  .describe("The way in from the internet.");
