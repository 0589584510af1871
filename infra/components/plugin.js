// Where Pulumi's plugin host enters. It loads TypeScript by ts-node, which knows neither ES modules nor imports that end in .ts;
// an entry in JavaScript leaves the loading to Node, which strips the types itself.
export * from "./index.ts";
