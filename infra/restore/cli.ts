import { enableCompileCache } from "node:module";

// The Kubernetes client is large; from the second run on it is found compiled.
enableCompileCache();
await import("./main.ts");
