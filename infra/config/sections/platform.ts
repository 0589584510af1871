import * as z from "zod";
import * as field from "../fields.ts";

export const platform = z
  .strictObject({
    stack: field.stackReference
      .optional()
      .describe(
        "Platform stack that says what the cluster offers: ingress class and namespace, namespace of Prometheus, issuer, where spans go. What this file sets itself wins. Defaults to none.",
      ),
  })
  .describe("The stack of infra/platform that equipped the cluster.");
