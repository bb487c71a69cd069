// Reads what runs on this host and what its files say; judges nothing.
import { readlink } from "node:fs/promises";
import { endpointText } from "../decide/agree.ts";
import type { Layout } from "../cluster/types.ts";
import { hasOwnData } from "../node-start/own-data.ts";
import { readRedisConfig, wordsOf } from "../node-start/redis-config.ts";
import { recordPath, redisPlaces, SENTINEL, STATE_FOLDER } from "../render/host/places.ts";
import { readTextFile, readTextFileIfThere } from "../sys/files.ts";
import { foreignFor } from "./foreign.ts";
import { certificatesHash } from "../node-start/certificates.ts";
import { inputsOf, recordedInputs } from "./inputs.ts";
import type { Compared, UnitFacts } from "./plan.ts";
import { readStartRecord } from "../node-start/start-record.ts";
import { presentNodeUnits, type UnitState, unitState } from "./systemd.ts";
import { AGENT_UNIT, jobOf, nodesOf, ROUTER_UNIT, type WantedUnit, wantedUnits } from "./units.ts";

export interface LookOptions {
  readonly layout: Layout;
  readonly host: string;
  readonly clusterFile: string;
}

/** A file that was replaced by a package keeps its old content for whoever runs it. */
async function isReplaced({ pid }: UnitState): Promise<boolean> {
  if (pid === 0) return false;
  try {
    return (await readlink(`/proc/${pid}/exe`)).endsWith(" (deleted)");
  } catch {
    // It ended while we looked: the next look tells.
    return false;
  }
}

/** Whether its command line names the file that Baton has it start with: the record of it may be lost. */
async function runsOwnFile({ job }: WantedUnit, { pid }: UnitState): Promise<boolean> {
  if (pid === 0 || job.kind === "baton") return false;
  const own = job.kind === "node" ? redisPlaces(job.group).config : SENTINEL.config;
  const words = (await readTextFileIfThere(`/proc/${pid}/cmdline`)) ?? "";
  return words.split("\0").includes(own);
}

async function comparedOf(
  { unit, settingsPath }: WantedUnit,
  { invocation, isActive }: UnitState,
  { layout, clusterFile }: LookOptions,
): Promise<Compared | undefined> {
  if (!isActive) return undefined;
  if (settingsPath === undefined) {
    const before = await recordedInputs(STATE_FOLDER, invocation);
    if (before === undefined) return undefined;
    const after = await inputsOf(clusterFile, layout.cluster);
    return { before, after, certificatesChanged: false };
  }
  const record = await readStartRecord(recordPath(unit));
  if (record === undefined || record.invocation !== invocation) return undefined;
  const { tls } = layout.cluster;
  const certificates = await certificatesHash(tls?.redis ? tls : undefined, clusterFile);
  return {
    before: record.settings,
    after: await readTextFile(settingsPath),
    certificatesChanged: certificates !== record.certificates,
  };
}

/** What a Sentinel's own file counts as a node or another Sentinel, and the layout does not have. */
async function strangersIn({ groups, sentinels }: Layout): Promise<readonly string[]> {
  const text = (await readTextFileIfThere(SENTINEL.config)) ?? "";
  const known = new Set([...groups.flatMap(({ nodes }) => nodes), ...sentinels].map(endpointText));
  const counted = text.split(/\r?\n/).flatMap((line) => {
    const [first = "", second = "", , address = "", port = ""] = wordsOf(line);
    const isCounted = first === "sentinel" && /^known-(replica|slave|sentinel)$/.test(second);
    return isCounted ? [endpointText({ address, port: Number(port) })] : [];
  });
  return [...new Set(counted)].filter((endpoint) => !known.has(endpoint)).toSorted();
}

async function factsOf(
  wanted: WantedUnit,
  isWanted: boolean,
  options: LookOptions,
  signal: AbortSignal,
): Promise<UnitFacts> {
  const { unit, job } = wanted;
  const state = await unitState(unit, signal);
  const compared = isWanted ? await comparedOf(wanted, state, options) : undefined;
  const isSentinel = isWanted && job.kind === "sentinel" && state.isActive;
  return {
    unit,
    job,
    isWanted,
    isActive: state.isActive,
    isEnabled: state.isEnabled,
    isReplaced: await isReplaced(state),
    compared,
    foreign: isWanted
      ? await foreignFor(
          wanted,
          {
            isActive: state.isActive,
            isOurs: compared !== undefined || (await runsOwnFile(wanted, state)),
          },
          options,
          signal,
        )
      : undefined,
    strangers: isSentinel ? await strangersIn(options.layout) : [],
  };
}

/** Wanted units, and those of Baton's that are there without being wanted. @throws BatonError UNABLE, DISK */
export async function lookAtHost(
  options: LookOptions,
  signal: AbortSignal,
): Promise<readonly UnitFacts[]> {
  const wanted = wantedUnits(options.layout, options.host);
  const names = new Set(wanted.map(({ unit }) => unit));
  const present = [...(await presentNodeUnits(signal)), SENTINEL.unit, AGENT_UNIT, ROUTER_UNIT].flatMap(
    (unit) => {
      const job = jobOf(unit);
      return job === undefined || names.has(unit) ? [] : [{ unit, job, settingsPath: undefined }];
    },
  );
  return await Promise.all([
    ...wanted.map((one) => factsOf(one, true, options, signal)),
    ...present.map((one) => factsOf(one, false, options, signal)),
  ]);
}

/**
 * Groups of which this host has data that a start would come up with; what a process that is to be replaced
 * holds is data, too.
 * @throws BatonError DISK
 */
export async function groupsWithData(
  { layout, host }: LookOptions,
  facts: readonly UnitFacts[],
): Promise<readonly string[]> {
  const names = nodesOf(layout, host).map(async ({ group: { name } }) => {
    const { unit } = redisPlaces(name);
    if (facts.some((one) => one.unit === unit && one.foreign !== undefined)) return [name];
    const { config, settings } = redisPlaces(name);
    const path = (await readTextFileIfThere(config)) === undefined ? settings : config;
    return (await hasOwnData(await readRedisConfig(path))) ? [name] : [];
  });
  return (await Promise.all(names)).flat();
}
