import { AppImage, PublicEndpoint, WebService, Worker } from "./components/index.ts";
import { fromPulumi, type StackConfig } from "./config/load.ts";
import { platformConfig } from "./config/platform-stack.ts";
import { type Data, makeData } from "./data.ts";
import { explainFailures } from "./diagnosis/diagnosis.ts";
import { type Foundation, layFoundation } from "./foundation.ts";
import { observe } from "./observability.ts";
import { preflightBuckets } from "./preflight/buckets.ts";
import { neededCapabilities } from "./preflight/capabilities.ts";
import { preflight } from "./preflight/preflight.ts";
import { preflightRestore } from "./preflight/restore-source.ts";
import { protectData } from "./protection.ts";
import { collectorBinding } from "./tracing.ts";
import { appEnvironment, buildOf, certificateIssuer, workerArgs, workerName } from "./wiring.ts";

/** The program of every stack. The offline plan runs it with `askCluster` false: it has no cluster to ask. */
export default async function program({ askCluster = true } = {}) {
  const config = fromPulumi(await platformConfig({ ask: askCluster }));
  if (askCluster) await askBefore(config);

  const foundation = layFoundation(config);
  const data = makeData(foundation);
  const { app, image, endpoint } = makeService(foundation, data);
  const { backup, drill } = protectData(foundation, data, app);
  await observe(foundation);

  return {
    url: endpoint.url,
    namespace: foundation.namespace,
    image: image.reference,
    backup: backup.cronJob,
    ...(data.encryptionKey && { backupEncryptionKey: data.encryptionKey }),
    drillPublicKey: drill.publicKey,
  };
}

/** What can't work is refused before anything changes. */
async function askBefore(config: StackConfig): Promise<void> {
  await preflight(neededCapabilities(config), config.cluster.context);
  await preflightBuckets(config);
  await preflightRestore(config);
  explainFailures(config.cluster.context);
}

/** The application, its worker and the way in. */
function makeService({ config, common, monitoring, opts }: Foundation, { postgres, redis, restored }: Data) {
  const { cluster, ingress, service, web } = config;
  const image = new AppImage(`${service.name}-image`, { reference: config.image.reference, build: buildOf(config) }, opts);
  const app = new WebService(
    service.name,
    {
      ...common,
      image: image.reference,
      uses: [postgres.binding, redis.cache.binding, redis.state.binding, ...collectorBinding(config)],
      environment: appEnvironment(config, image.reference),
      secrets: config.secrets,
      resources: web.resources,
      scaling: { minReplicas: web.replicas.min, maxReplicas: web.replicas.max, ...web.scaling },
      drain: web.drain,
      migration: { command: ["node", "src/migrate.ts"], uses: [postgres.ownerBinding], deadlineSeconds: web.migrationDeadlineSeconds },
      progressDeadlineSeconds: web.rolloutDeadlineSeconds,
      monitoring,
    },
    { ...opts, dependsOn: restored },
  );
  const worker = workerArgs(config, image.reference);
  if (worker) {
    const uses = [postgres.binding, ...collectorBinding(config)];
    // After the service, whose migration makes the queue.
    new Worker(workerName(service.name), { ...common, ...worker, uses, monitoring }, { ...opts, dependsOn: app });
  }
  const way = { ...ingress, issuer: certificateIssuer(config), service: app.binding, controllerNamespace: cluster.ingressNamespace };
  const endpoint = new PublicEndpoint(`${service.name}-public`, { ...common, ...way }, opts);
  return { app, image, endpoint };
}
