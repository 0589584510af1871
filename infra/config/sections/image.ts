import * as z from "zod";
import { images as catalogue, type ImageName } from "../../components/images.ts";
import * as field from "../fields.ts";

export const image = z
  .strictObject({
    reference: field.imageReference.optional().describe("An image that CI has built, by digest."),
    build: z
      .strictObject({
        repository: field.repository.describe("Where the built image goes, without tag."),
        tag: field.imageTag.default("latest").describe("Tag to push; pods are pinned to the digest all the same."),
        push: field.flag.default(true).describe("Whether to push. A cluster that shares this machine's image store needs none."),
      })
      .optional()
      .describe("How to build the image now, with the Docker that runs here."),
  })
  .describe("The application's image: built before, or built now.");

export const images = z
  .partialRecord(z.enum(Object.keys(catalogue) as [ImageName, ...ImageName[]]), field.imageReference, { error: "map names of the catalogue to images" })
  .describe("Other images for what the library runs, as from a mirror.");
