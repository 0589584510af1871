import * as pulumi from "@pulumi/pulumi";
import { Logs, type LogsArgs } from "../../../../infra/platform/logs/logs.ts";
import { Traces, type TracesArgs } from "../../../../infra/platform/traces/traces.ts";

const config = new pulumi.Config();
const logs = new Logs("logs", config.requireObject<LogsArgs>("logs"));
const traces = new Traces("traces", config.requireObject<TracesArgs>("traces"));

export const url = logs.url;
export const otlpEndpoint = traces.otlpEndpoint;
export const queryUrl = traces.queryUrl;
