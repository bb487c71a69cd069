// One changing cluster on one set of hosts for all tests of a file.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { ChangingCluster, type Wish } from "./changing.ts";
import { type Deployed, PLACES } from "./deployment.ts";
import { type Hosts, OPEN_MS, openHosts, type TestHost } from "./hosts.ts";
import { keepHostEvidence } from "./inside.ts";
import type { Audited, Load, LoadResult } from "./load.ts";
import type { Agreed } from "./roles.ts";
import { startedBetween, type Starts, startsOfAll } from "./starts.ts";
import { whyNoHosts } from "./why.ts";

let hosts: Hosts | undefined;
let opened: ChangingCluster | undefined;

export function theCluster(): ChangingCluster {
  if (opened === undefined) throw new Error("call useChanging() at the top of the file");
  return opened;
}

/** Tests of the file are skipped, with the reason, where no hosts can be made. */
export function useChanging(all: readonly TestHost[], wish: Wish): void {
  let folder = "";

  beforeAll(async () => {
    if (whyNoHosts() !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), "bd-"));
    hosts = await openHosts({ hosts: all, ...PLACES, folder });
    opened = await ChangingCluster.open(hosts, folder, wish);
  }, OPEN_MS);

  beforeEach((context) => {
    const reason = whyNoHosts();
    if (reason !== undefined) process.stderr.write(`SKIPPED ${context.task.name}: ${reason}\n`);
    context.skip(reason !== undefined, reason);
  });

  afterEach(async (context) => {
    opened?.killLoads();
    const names = all.map(({ name }) => name);
    if (hosts !== undefined && opened !== undefined)
      await keepHostEvidence(context, hosts, names, opened.outputs());
  });

  afterAll(async () => {
    const told = opened?.told ?? [];
    if (told.length > 0) process.stderr.write(`day two:\n${told.map((one) => `  ${one}\n`).join("")}`);
    await hosts?.close();
    if (folder !== "") await rm(folder, { recursive: true, force: true });
  });
}

/** One that has to succeed; its duration is told. */
export async function deployed(what: string, ...args: readonly string[]): Promise<Deployed> {
  const done = await theCluster().deploy(...args);
  expect(done.status, done.output).toBe(0);
  theCluster().told.push(`${what}: deployed in ${done.durationMs} ms`);
  return done;
}

export interface Operated {
  /** "HOST UNIT" for each start of a process, in the order of hosts and names. */
  readonly started: readonly string[];
  readonly before: Agreed;
  readonly after: Agreed;
  readonly result: LoadResult & Audited;
}

export async function startsNow(): Promise<Starts> {
  const { hosts: site, wish } = theCluster();
  return await startsOfAll(
    site,
    wish.hosts.map(({ name }) => name).filter((name) => site.isOn(name)),
  );
}

/** Work on a whole cluster under a load, after which it is whole and has every acknowledged write. */
export async function operated(name: string, work: (load: Load) => Promise<void>): Promise<Operated> {
  const cluster = theCluster();
  const before = await cluster.untilWhole();
  const starts = await startsNow();
  const load = await cluster.load(name);
  await work(load);
  await load.untilMore(200, 60_000);
  const result = await cluster.settle(load);
  expect({ lost: result.lost, ghosts: result.ghosts, duplicated: result.duplicated }, name).toEqual({
    lost: 0,
    ghosts: 0,
    duplicated: 0,
  });
  const after = await cluster.untilWhole();
  return { started: startedBetween(starts, await startsNow()), before, after, result };
}
