import * as pulumi from "@pulumi/pulumi";
import type { FailedPod } from "./pods.ts";
import { failedPods } from "./pods.ts";

/** Objects whose failure is really that of their pods. */
const runPods = ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet", "kubernetes:batch/v1:Job"];

/**
 * Says, when an update fails, what the pods themselves said: the engine names the object and an exit code, but which statement of
 * which migration failed stands only in the pod's last words, and the pod may be gone when somebody looks.
 */
export function explainFailures(context: string | undefined): void {
  const hook = new pulumi.ErrorHook("explain-failed-pods", async ({ name, newInputs }) => {
    try {
      const pods = await failedPods(context, newInputs ?? {});
      if (pods.length > 0) await pulumi.log.error(describe(name, pods));
    } catch (error) {
      await pulumi.log.debug(`The pods of ${name} can't be read: ${error}`);
    }
    // Not a retry: the same image would fail the same way.
    return false;
  });
  pulumi.runtime.registerResourceTransform(({ type, props, opts }) => {
    if (!runPods.includes(type)) return undefined;
    const { hooks } = opts as pulumi.CustomResourceOptions;
    return { props, opts: { ...opts, hooks: { ...hooks, onError: [...(hooks?.onError ?? []), hook] } } as pulumi.CustomResourceOptions };
  });
}

export function describe(name: string, pods: readonly FailedPod[]): string {
  const lines = pods.map(({ pod, container, reason, message }) => {
    const words = message ? `\n${message.trim().replaceAll(/^/gm, "      ")}` : "";
    return `  pod ${pod}, container ${container}: ${reason}${words}`;
  });
  return [`${name} did not become ready; what runs already was left as it is.`, ...lines].join("\n");
}
