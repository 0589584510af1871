import * as pulumi from "@pulumi/pulumi";
import { Postgres, type PostgresArgs, ServiceNamespace } from "../../../../infra/components/index.ts";
import { makeClient } from "./client.ts";

const config = new pulumi.Config();
const namespace = new ServiceNamespace(config.require("namespace"), {});
const common = { namespace: namespace.name };
const postgres = new Postgres("postgres", { ...common, ...config.requireObject<PostgresArgs>("postgres") });
const uses = [postgres.binding, { ...postgres.ownerBinding, name: "owner" }, { ...postgres.readerBinding, name: "reader" }];
makeClient(common, uses, config.require("clientImage"));
