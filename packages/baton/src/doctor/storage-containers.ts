// Containers, and charts' values, that keep the data of Redis where a restart empties it.
import { containersOf, instanceOf, mountAt, programOf } from "./containers.ts";
import type { Facts, RedisInstance, Word } from "./facts.ts";
import type { Container } from "./facts-infrastructure.ts";
import { isPromotable, isReplica, persists } from "./nodes.ts";
import { folderOf } from "./parse/shelf.ts";
import { setting } from "./settings.ts";
import type { LostData } from "./storage.ts";

/** Only of nodes that keep something on disk, and that may be the primary. */
export function lostVolumes(facts: Facts): readonly LostData[] {
  const containers = containersOf(facts);
  const redis = containers.filter((container) => programOf(container) === "redis");
  const mounted = redis.flatMap((container): readonly LostData[] => {
    const node = instanceOf(container, facts.redis);
    const path = dataPathOf(container, node);
    const mount = path === undefined ? undefined : mountAt(container, path);
    if (mount?.isTemporary !== true || mount.target.isUnknown || !mayLose(container, node)) return [];
    const isGuarded =
      facts.groups.some(
        ({ nodes, sentinels }) => nodes.some((one) => one === node) && sentinels.length > 0,
      ) || containers.some((other) => programOf(other) === "sentinel" && isBeside(container, other));
    const hasReplicas = redis.some((other) => isBeside(container, other) && replicates(other));
    if (!isGuarded && !hasReplicas) return [];
    const isCompose = container.platform === "compose";
    const isStarted = !isCompose || !/^(no)?$/.test(container.restart?.text ?? "");
    const what = isCompose
      ? "a tmpfs, which ends with the container"
      : "an emptyDir, which ends with the pod";
    const found = `${path ?? ""} of ${container.name} is ${what}`;
    return [{ place: mount.target.place, found, isWorst: isGuarded && isStarted }];
  });
  return [...mounted, ...chartVolumes(facts)];
}

/** Manifests of one cluster are often a file for each workload; a Compose file is all of its project. */
function isBeside(a: Container, b: Container): boolean {
  if (a.platform !== b.platform) return false;
  return a.file === b.file || (a.platform === "kubernetes" && folderOf(a.file) === folderOf(b.file));
}

const FOLDERS: readonly (readonly [image: RegExp, folder: string])[] = [
  [/^(?:docker\.io\/)?(?:library\/redis|redis|valkey\/valkey)(?:[:@]|$)/, "/data"],
  [/(?:^|\/)bitnami\/redis(?:[:@]|$)/, "/bitnami/redis/data"],
  [/(?:^|\/)bitnami\/valkey(?:[:@]|$)/, "/bitnami/valkey/data"],
];

/** Without a line that says it, where the image starts Redis. Undefined when nobody sees its file. */
function dataPathOf(container: Container, node: RedisInstance | undefined): string | undefined {
  const said = optionOf(container, "dir") ?? (node && setting(node, "dir"));
  if (said?.isUnknown === true) return undefined;
  if (said?.text.startsWith("/") === true) return said.text.replace(/(.)\/+$/, "$1");
  const isHidden = node === undefined ? hasFile(container) : (node.config?.gaps.length ?? 0) > 0;
  if (isHidden) return undefined;
  return FOLDERS.find(([image]) => image.test(container.image?.text ?? ""))?.[1];
}

function hasFile({ command }: Container): boolean {
  return command.some(({ text }) => text.endsWith(".conf"));
}

/** `--dir /data` on its command line. */
function optionOf({ command }: Container, name: string): Word | undefined {
  const index = command.findLastIndex(({ text }) => text === `--${name}`);
  return index < 0 ? undefined : command[index + 1];
}

function mayLose(container: Container, node: RedisInstance | undefined): boolean {
  if (!keeps(container, node)) return false;
  const priority = optionOf(container, "replica-priority")?.text;
  const isNeverPrimary = priority === "0" || (node !== undefined && isPromotable(node) === false);
  const isFed = replicates(container) || (node !== undefined && isReplica(node) === true);
  return !(isNeverPrimary && isFed);
}

function replicates(container: Container): boolean {
  return (optionOf(container, "replicaof") ?? optionOf(container, "slaveof")) !== undefined;
}

/** Whether it saves anything; the command line counts before the file. */
function keeps(container: Container, node: RedisInstance | undefined): boolean {
  const appends = optionOf(container, "appendonly");
  const saves = optionOf(container, "save");
  if (appends?.text === "yes") return true;
  if (appends?.isUnknown === true || saves?.isUnknown === true) return false;
  if (saves !== undefined) return !/^(""|'')?$/.test(saves.text);
  return node === undefined ? !hasFile(container) : persists(node) === true;
}

/** With Sentinel Bitnami's charts keep data by replica.persistence, whatever master.persistence says. */
function chartVolumes(facts: Facts): readonly LostData[] {
  return facts.helm.flatMap(({ values }) =>
    [...values].flatMap(([path, word]): readonly LostData[] => {
      const prefix = /^((?:.{1,200}\.)?)replica\.persistence\.enabled$/.exec(path)?.[1];
      if (prefix === undefined || !/^(false|no|off)$/i.test(word.text)) return [];
      const at = (key: string): string => values.get(`${prefix}${key}`)?.text ?? "";
      const own = at("commonConfiguration") + at("replica.configuration");
      const savesNothing = /^\s*appendonly\s+no/m.test(own) && !/^\s*save\s+\d/m.test(own);
      if (!/^(true|yes|on)$/i.test(at("sentinel.enabled")) || savesNothing) return [];
      const found = `${path} is off, so the data is in an emptyDir, which ends with the pod`;
      return [{ place: word.place, found, isWorst: true }];
    }),
  );
}
