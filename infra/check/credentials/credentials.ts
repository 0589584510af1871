import type { Check, Finding } from "../finding.ts";
import type { Subject } from "../subject.ts";
import { awsCredentials } from "./aws.ts";
import { clusterRights } from "./cluster-rights.ts";
import { stateAccess } from "./state.ts";

export const credentials: Check = {
  name: "credentials",
  asks: "may this machine do what up does: in the cluster, on AWS, in Pulumi's state",
  async ask(subject): Promise<Finding[]> {
    // Each by itself: what is wrong with one says nothing about the others.
    const asked: ((subject: Subject) => Promise<Finding[]>)[] = [stateAccess, clusterRights, awsCredentials];
    return (await Promise.all(asked.map((ask) => ask(subject)))).flat();
  },
};
