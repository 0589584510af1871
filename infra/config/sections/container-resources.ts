import * as z from "zod";
import * as field from "../fields.ts";

/** Resources of a container whose memory must be at least `leastMemory` for its process to start. */
export const containerResources = (cpuExample: string, memoryExample: string, leastMemory: string) =>
  z.strictObject({
    cpu: field.cpu(cpuExample).describe("CPU request."),
    cpuLimit: field.cpu("1").optional().describe("CPU limit. Defaults to six times the request."),
    memory: field.memory(memoryExample, leastMemory).describe("Memory, request and limit."),
  });
