import { expect, test } from "vitest";
import { AppImage } from "./app-image.ts";

test("asks for one source of the image, not none and not two", () => {
  expect(() => new AppImage("app", {})).toThrow(/neither reference nor build is given/);
  expect(() => new AppImage("app", { reference: "a@sha256:0", build: { context: ".", repository: "a" } })).toThrow(/reference and build are both given/);
});
