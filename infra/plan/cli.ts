import { enableCompileCache } from "node:module";

// Compiling what Pulumi's SDK is made of takes a third of a plan's time; from the second plan on it is found done.
enableCompileCache();
await import("./main.ts");
