import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";

/** An image to build from source. */
export interface ImageBuild {
  /** Folder that the Dockerfile may copy from, relative to the Pulumi project. */
  context: string;
  /** Path of the Dockerfile, relative to the Pulumi project. Defaults to `Dockerfile` in the context. */
  dockerfile?: string;
  /** Where the image goes, without tag, such as `ghcr.io/example/links`. */
  repository: string;
  /** Tag. Defaults to `latest`; pods are pinned to the digest whatever the tag. */
  tag?: string;
  /** Whether to push. Defaults to true; a cluster on the same machine that shares the image store needs none. */
  push?: boolean;
  /** Platform of the cluster's nodes. Defaults to `linux/amd64`, whatever the machine that builds. */
  platform?: string;
  /** Build arguments. Never a secret: they stay in the image. */
  buildArguments?: Record<string, pulumi.Input<string>>;
}

export interface AppImageArgs {
  /** An image that CI has built, by digest: `registry.example.org/links@sha256:…`. Give this or `build`. */
  reference?: pulumi.Input<string>;
  /** An image to build now, with the Docker that runs here. Give this or `reference`. */
  build?: ImageBuild;
}

/** The application's image: built and pushed in this update, or built before and named by its digest. */
export class AppImage extends pulumi.ComponentResource {
  /** What a pod names: always by digest when it was pushed. */
  readonly reference: pulumi.Output<string>;

  constructor(name: string, args: AppImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:AppImage", name, {}, opts);
    refuse("AppImage", name, [
      !args.reference && !args.build && "neither reference nor build is given; give the digest of a built image, or how to build one.",
      args.reference !== undefined && args.build !== undefined && "reference and build are both given; keep the one you mean.",
    ]);
    this.reference = args.build ? build(name, args.build, this) : pulumi.output(args.reference!);
    this.registerOutputs({ reference: this.reference });
  }
}

function build(name: string, args: ImageBuild, parent: pulumi.Resource): pulumi.Output<string> {
  const push = args.push ?? true;
  const image = new docker.Image(
    name,
    {
      imageName: `${args.repository}:${args.tag ?? "latest"}`,
      build: {
        context: args.context,
        dockerfile: args.dockerfile ?? `${args.context}/Dockerfile`,
        platform: args.platform ?? "linux/amd64",
        args: args.buildArguments,
      },
      // A preview that builds is a preview nobody waits for.
      buildOnPreview: false,
      skipPush: !push,
    },
    { parent },
  );
  return push ? image.repoDigest : image.imageName;
}
