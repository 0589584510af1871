/** Plans a program with as many web services as its argument says, and prints how long that took. */
import { WebService } from "../../infra/components/index.ts";
import { synth } from "../../infra/plan/synth.ts";

const services = Number(process.argv[2]);
const started = performance.now();
const resources = await synth(() => {
  for (let index = 0; index < services; index++) {
    new WebService(`service-${index}`, { namespace: "many", image: "example.org/service:1", resources: { cpu: "100m", memory: "128Mi" } });
  }
});
console.log(JSON.stringify({ services, resources: resources.length, milliseconds: Math.round(performance.now() - started) }));
