import { outcomeOf } from "../command.ts";
import { bad, type Finding, good } from "../finding.ts";
import type { Subject } from "../subject.ts";

const logIn = "Log in (aws sso login), or set AWS_PROFILE or the keys; aws sts get-caller-identity must answer.";

/** Who the AWS provider would be. The AWS command line looks for credentials where the provider does. */
export async function awsCredentials({ resources }: Subject): Promise<Finding[]> {
  if (!resources.some(({ type }) => type.startsWith("aws:"))) return [];
  const { code, stdout, stderr } = await outcomeOf(["aws", "sts", "get-caller-identity", "--output", "json"]);
  if (code === undefined) {
    return [
      bad(
        "Nobody can say who this machine is on AWS: there is no aws on the PATH.",
        "Install the AWS command line (https://aws.amazon.com/cli), and log in with it.",
      ),
    ];
  }
  if (code !== 0) return [bad(`AWS takes no log-in of this machine: ${firstLine(stderr) || `aws ended with ${code ?? "no answer"}`}.`, logIn)];
  const { Arn: arn } = JSON.parse(stdout) as { Arn: string };
  return [good(`On AWS this machine is ${arn}.`)];
}

const firstLine = (text: string) => (text.trim().split("\n").at(-1) ?? "").replace(/\.$/, "");
