import { PolicyPack } from "@pulumi/policy";
import { policies, stackPolicies } from "./policies.ts";

new PolicyPack("slipway", { policies: [...policies, ...stackPolicies] });
