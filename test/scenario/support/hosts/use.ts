// One deployment on one set of hosts for all tests of a file, and the loads that they put on it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { ALL, APP, type Deployment, NODES, openDeployment, PLACES, ROUTER_PORT } from "./deployment.ts";
import { type Hosts, OPEN_MS, openHosts } from "./hosts.ts";
import { keepHostEvidence, type UnitRun, unitsOf } from "./inside.ts";
import { type Audited, auditLoad, type Load, type LoadResult, startLoad } from "./load.ts";
import { idsIn } from "./roles.ts";
import { whyNoHosts } from "./why.ts";

const NAMES = ALL.map(({ name }) => name);
/** A run that changed nothing on any host. */
export const NOTHING = Object.fromEntries(NAMES.map((name) => [name, 0]));

let hosts: Hosts | undefined;
let deployment: Deployment | undefined;
let running: Load | undefined;
const results: LoadResult[] = [];
const told: string[] = [];

function opened<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("call useDeployment() at the top of the file");
  return value;
}

export const theHosts = (): Hosts => opened(hosts);
export const theDeployment = (): Deployment => opened(deployment);

/** A figure, for the line that ends the file. */
export function tell(sentence: string): void {
  told.push(sentence);
}

/** Tests of the file are skipped, with the reason, where no hosts can be made. */
export function useDeployment(): void {
  let folder = "";

  beforeAll(async () => {
    if (whyNoHosts() !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), "bd-"));
    hosts = await openHosts({ hosts: ALL, ...PLACES, folder });
    deployment = await openDeployment(hosts, folder);
  }, OPEN_MS);

  beforeEach((context) => {
    const reason = whyNoHosts();
    if (reason !== undefined) process.stderr.write(`SKIPPED ${context.task.name}: ${reason}\n`);
    context.skip(reason !== undefined, reason);
  });

  afterEach(async (context) => {
    running?.kill();
    running = undefined;
    await deployment?.endRuns();
    if (hosts !== undefined && deployment !== undefined)
      await keepHostEvidence(context, hosts, NAMES, deployment.outputs());
  });

  afterAll(async () => {
    if (told.length > 0) process.stderr.write(`deployment: ${told.join("; ")}\n`);
    await hosts?.close();
    if (folder !== "") await rm(folder, { recursive: true, force: true });
  });
}

export async function unitsOfAll(): Promise<
  Readonly<Record<string, Readonly<Record<string, UnitRun>>>>
> {
  const each = NAMES.map(async (name) => [name, await unitsOf(theHosts(), name)] as const);
  return Object.fromEntries(await Promise.all(each));
}

async function auditOn(host: string, result: LoadResult): Promise<Audited> {
  const { asking } = theDeployment();
  return await auditLoad(result, async (key) => await idsIn(asking, host, key));
}

/**
 * Puts 200 writes a second on the router while the work lasts, and looks afterwards on the primary for
 * everything that was acknowledged. Its figures are told.
 */
export async function underLoad(
  name: string,
  work: (load: Load) => Promise<void>,
): Promise<LoadResult & Audited> {
  const password = theDeployment().secrets.application;
  const load = await startLoad(theHosts(), { address: APP.address, port: ROUTER_PORT, password, name });
  running = load;
  await work(load);
  const result = await load.stop();
  running = undefined;
  results.push(result);
  const { primary } = await theDeployment().untilWhole();
  const audited = await auditOn(primary, result);
  const { acknowledged, failed, unknown, longestOutageMs, errors } = result;
  tell(
    `${name}: ${acknowledged} acknowledged, ${audited.lost} lost, ${failed} failed, ${unknown} unknown, ` +
      `longest outage ${longestOutageMs} ms ${JSON.stringify(errors)}`,
  );
  return { ...result, ...audited };
}

/** By node: how many acknowledged writes of all loads so far it has not. */
export async function lostOfAll(): Promise<Readonly<Record<string, number>>> {
  const lost = NODES.map(async ({ name }) => {
    const audited = results.map(async (result) => await auditOn(name, result));
    return [name, (await Promise.all(audited)).reduce((sum, one) => sum + one.lost, 0)] as const;
  });
  return Object.fromEntries(await Promise.all(lost));
}
