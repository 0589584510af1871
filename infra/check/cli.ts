import { enableCompileCache } from "node:module";

// As for the plan, which is a part of it: compiling takes longer than what it does.
enableCompileCache();
await import("./main.ts");
