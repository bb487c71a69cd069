// Where a node keeps its data, and what empties that place: a restart of the service, or of the machine.
import { containersOf, instanceOf } from "./containers.ts";
import type { Facts, Group, RedisInstance, UnitFile } from "./facts.ts";
import type { Place } from "./finding.ts";
import {
  BEYOND_DETECTION_MS,
  downAfterMs,
  isPromotable,
  isReplica,
  persists,
  placeOf,
  replicatedNodes,
} from "./nodes.ts";
import { isBelow, isOn, plain } from "./sandbox.ts";
import { isOneMachine } from "./sentinel-hosts.ts";
import type { Service } from "./service.ts";
import { listOf, restartOf, servicesOf, valueOf } from "./service.ts";
import { isLoopback, setting } from "./settings.ts";

/** Data that somebody means to keep, in a place that does not. */
export interface LostData {
  readonly place: Place;
  /** Where it is, as a sentence without its end. */
  readonly found: string;
  /** The node may be back, empty and primary, before Sentinel gives it up. */
  readonly isWorst: boolean;
}

/** On hosts; what containers mount is in storage-containers.ts. */
export function lostFolders(facts: Facts): readonly LostData[] {
  // A laboratory lies in /tmp by right.
  if (isOneMachine(facts)) return [];
  const mounted = new Set(containersOf(facts).map((container) => instanceOf(container, facts.redis)));
  return facts.redis.flatMap((node) => {
    const isLocal = node.live !== undefined && isLoopback(node.live.address);
    return mounted.has(node) || isLocal ? [] : lostFolder(facts, node);
  });
}

function lostFolder(facts: Facts, node: RedisInstance): readonly LostData[] {
  const services = servicesOf(facts).filter(({ redis }) => redis.includes(node));
  const isOverruled = services.some(({ flags }) => flags.has("save") || flags.has("appendonly"));
  // A replica that is never promoted gets all of its data anew.
  const isFed = isReplica(node) === true && isPromotable(node) === false;
  if (isOverruled || isFed || persists(node) !== true) return [];
  const folder = dataFolderOf(node, services);
  const units = services.map(({ unit }) => unit);
  const loss = folder && lossOf(folder.path, units);
  if (folder === undefined || loss === undefined) return [];
  const group = facts.groups.find(
    ({ nodes, sentinels }) => nodes.includes(node) && sentinels.length > 0,
  );
  // Without Sentinel only a primary takes others with it.
  const isConcerned =
    group !== undefined || (replicatedNodes(facts).has(node) && isReplica(node) === false);
  if (!isConcerned) return [];
  const found = `${folder.path}, where Redis keeps its data, is ${loss.what}`;
  const isWorst = group !== undefined && mayBeEarly(loss, group, services);
  return [{ place: folder.place, found, isWorst }];
}

/** Nobody knows how long a reboot takes; a service that is back after the failover is a replica then. */
function mayBeEarly({ emptiedBy }: Loss, group: Group, services: readonly Service[]): boolean {
  const downAfter = downAfterMs(group);
  if (emptiedBy === "boot" || downAfter === undefined) return true;
  return services
    .map(restartOf)
    .some(({ afterMs }) => afterMs !== undefined && afterMs < downAfter + BEYOND_DETECTION_MS);
}

interface DataFolder {
  readonly path: string;
  readonly place: Place;
}

/** Undefined for a relative one, which depends on where the process was started, and for a placeholder. */
function dataFolderOf(node: RedisInstance, services: readonly Service[]): DataFolder | undefined {
  const flag = services.map(({ flags }) => flags.get("dir")).find((text) => text !== undefined);
  const found = setting(node, "dir");
  const path = flag ?? (found?.isUnknown === true ? undefined : found?.text);
  if (path?.startsWith("/") !== true || /[%{$<]/.test(path)) return undefined;
  const [start] = services.map((service) => service.start.place);
  return { path: plain(path), place: (flag === undefined ? found?.place : start) ?? placeOf(node) };
}

interface Loss {
  /** What the folder is, as the end of "... is". */
  readonly what: string;
  readonly emptiedBy: "restart" | "boot";
}

/** What empties a folder; undefined for one that stays, and where that is not certain. */
function lossOf(path: string, units: readonly UnitFile[]): Loss | undefined {
  for (const unit of units) {
    const loss = lossInUnit(path, unit);
    if (loss !== undefined) return loss.what === "kept" ? undefined : loss;
  }
  const memory = ["/dev/shm", "/run"].find((folder) => isBelow(path, folder));
  if (memory !== undefined) return { what: `in ${memory}, which is memory`, emptiedBy: "boot" };
  return isBelow(path, "/tmp")
    ? { what: "in /tmp, which is emptied at boot", emptiedBy: "boot" }
    : undefined;
}

const KEPT: Loss = { what: "kept", emptiedBy: "boot" };

function lossInUnit(path: string, unit: UnitFile): Loss | undefined {
  const bound = listOf(unit, ["BindPaths"]).map(({ text }) => plain(text.split(":")[1] ?? text));
  const kept = listOf(unit, ["StateDirectory"]).map(
    ({ text }) => `/var/lib/${text.split(":")[0] ?? ""}`,
  );
  if ([...bound, ...kept].some((folder) => isBelow(path, folder))) return KEPT;
  const temporary = listOf(unit, ["TemporaryFileSystem"]).find(({ text }) =>
    isBelow(path, plain(text.split(":")[0] ?? "")),
  );
  if (temporary !== undefined) {
    return { what: `in a TemporaryFileSystem of ${unit.name}`, emptiedBy: "restart" };
  }
  const isTemporary = isBelow(path, "/tmp") || isBelow(path, "/var/tmp");
  if (isTemporary && isOn(valueOf(unit, "PrivateTmp"))) {
    return { what: `in the PrivateTmp of ${unit.name}`, emptiedBy: "restart" };
  }
  const own = listOf(unit, ["RuntimeDirectory"]).find(({ text }) =>
    isBelow(path, `/run/${text.split(":")[0] ?? ""}`),
  );
  const preserve = valueOf(unit, "RuntimeDirectoryPreserve")?.text ?? "no";
  // Kept over restarts, it is still in /run.
  if (own === undefined || preserve !== "no") return undefined;
  return { what: `a RuntimeDirectory of ${unit.name}`, emptiedBy: "restart" };
}
