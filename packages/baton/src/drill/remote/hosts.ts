// The hosts of a deployment as the place of a drill: the deeds of a lab, done over SSH, each with a dead
// man's switch on its host.
import { wantedUnits } from "../../converge/units.ts";
import type { GroupPlan, Host } from "../../cluster/types.ts";
import { hostNamed } from "../../cluster/layout.ts";
import { BatonError } from "../../errors.ts";
import type { Done } from "../../lab/index.ts";
import type { ProcessChoice } from "../../lab/remote.ts";
import { systemClock } from "../../sys/clock.ts";
import type { DrillSite } from "../site.ts";
import { cutOf } from "./cuts.ts";
import { armLines, type HostDeed } from "./scripts.ts";

/** What carries a deed out; a dry run only writes it down. */
export interface Hands {
  /**
   * @param arm lines that go before it: the host's dead man's switch
   * @returns the monotonic moment right after the deed
   */
  act(host: Host, deed: HostDeed, arm: readonly string[]): Promise<number>;
}

export interface HostsInput extends Pick<DrillSite, "clusterFile" | "layout" | "secrets" | "clientTls"> {
  /** The one that is drilled: no other group's Redis is touched but with its host. */
  readonly group: GroupPlan;
  readonly hands: Hands;
  readonly uncut: string | undefined;
  /** From the first deed on a host until it cures itself. */
  readonly switchSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface HostsSite extends DrillSite {
  /** Hosts that something was done to, also when it failed. */
  readonly touched: ReadonlySet<string>;
}

const SENTENCES: Readonly<Record<HostDeed["kind"], string>> = {
  kill: "killed, and held down",
  terminate: "stopped",
  stop: "frozen",
  cont: "going on",
  start: "started",
  cut: "cut off",
  heal: "reached again",
};

/** What breaks something has to be cured, by whoever is left. */
const isCure = ({ kind }: HostDeed): boolean => kind === "cont" || kind === "start" || kind === "heal";

type Acting = (host: string, deed: HostDeed) => Promise<Done>;

/** Cuts that are asked for at the same moment come into force at the same moment, host by host. */
function joinedCuts(act: Acting) {
  const waiting = new Map<string, { readonly rules: string[]; readonly done: Promise<Done> }>();
  return async (host: string, rules: readonly string[]): Promise<Done> => {
    const open = waiting.get(host);
    if (open !== undefined) {
      open.rules.push(...rules);
      return await open.done;
    }
    const all = [...rules];
    const done = Promise.resolve().then(async () => {
      waiting.delete(host);
      return await act(host, { kind: "cut", rules: all });
    });
    waiting.set(host, { rules: all, done });
    return await done;
  };
}

function unitsFor(
  { layout, group }: HostsInput,
  host: string,
  process: ProcessChoice,
): readonly string[] {
  const isMeant = {
    all: () => true,
    redis: ({ job }) => job.kind === "node" && job.group === group.name,
    sentinel: ({ job }) => job.kind === "sentinel",
    agent: ({ job }) => job.kind === "baton",
  } satisfies Record<ProcessChoice, (unit: ReturnType<typeof wantedUnits>[number]) => boolean>;
  const units = wantedUnits(layout, host).filter(isMeant[process]);
  if (units.length > 0) return units.map(({ unit }) => unit);
  throw new BatonError("USAGE", `host ${host} has no ${process} of group ${group.name}`);
}

/** Everything of Baton's on a host. */
export const allUnits = ({ layout }: Pick<DrillSite, "layout">, host: string): readonly string[] =>
  wantedUnits(layout, host).map(({ unit }) => unit);

const refuse = (what: string) => () =>
  Promise.reject(new BatonError("UNABLE", `on hosts a drill does not ${what}`));

export function hostsSite(input: HostsInput): HostsSite {
  const { layout, hands, group, switchSeconds, uncut, environment } = input;
  const { clusterFile, secrets, clientTls } = input;
  const { cluster } = layout;
  const touched = new Set<string>();
  const cutHosts = new Set<string>();

  async function act(name: string, deed: HostDeed): Promise<Done> {
    const arm = isCure(deed) ? [] : armLines(allUnits({ layout }, name), switchSeconds);
    touched.add(name);
    const atMonotonicMs = await hands.act(hostNamed(cluster, name), deed, arm);
    const atWallMs = systemClock.wallMs() - (systemClock.monotonicMs() - atMonotonicMs);
    return { did: [`${name}: ${SENTENCES[deed.kind]}`], atMonotonicMs, atWallMs };
  }
  const process =
    (kind: "kill" | "terminate" | "stop" | "cont" | "start") =>
    async (host: string, choice: ProcessChoice = "redis") =>
      await act(host, { kind, units: unitsFor(input, host, choice) });
  const load = joinedCuts(act);

  return {
    name: cluster.name,
    clusterFile,
    redisConfigs: new Map(),
    cluster,
    layout,
    secrets,
    clientTls,
    wires: false,
    disks: false,
    hosts: { uncut, environment },
    touched,
    kill: process("kill"),
    terminate: process("terminate"),
    stop: process("stop"),
    cont: process("cont"),
    start: process("start"),
    startReplica: refuse("start a replica by hand"),
    empty: refuse(`remove data of ${group.name}`),
    fill: refuse("fill a disk"),
    free: refuse("fill a disk"),
    async cut(from, to, { oneWay = false } = {}) {
      const { host, rules } = cutOf(layout, { from, to, isOneWay: oneWay });
      cutHosts.add(host);
      return await load(host, rules);
    },
    delay: refuse("slow links down"),
    async heal() {
      const healed = [...cutHosts].map(async (host) => await act(host, { kind: "heal" }));
      cutHosts.clear();
      const all = await Promise.all(healed);
      const times = all.map(({ atMonotonicMs }) => atMonotonicMs);
      const atMonotonicMs = times.length === 0 ? systemClock.monotonicMs() : Math.min(...times);
      const atWallMs = all[0]?.atWallMs ?? systemClock.wallMs();
      return { did: all.flatMap(({ did }) => did), atMonotonicMs, atWallMs };
    },
  };
}
