// Finds the groups: which Sentinels speak of the same one, and which nodes belong to it.
import type { Layout } from "../cluster/types.ts";
import { everyNode, everySentinel } from "./completeness.ts";
import type { Group, RedisInstance, SentinelInstance } from "./facts.ts";
import { hostScopeOf, scopesOf, siteOf } from "./join-hosts.ts";
import { hasNetworkAddress, key, splitKeysOf, targetKey, wordsKey } from "./join-keys.ts";
import { monitorsNamed } from "./monitors.ts";
import { isLoopback, portOf, setting } from "./settings.ts";

/** One Sentinel's words about one group. */
interface Mention {
  readonly name: string;
  readonly sentinel: SentinelInstance;
  /** Mentions of one name that share a mark are about one group. */
  readonly marks: readonly string[];
  /** Undefined for an answer, which may be about nodes of any. */
  readonly environment: string | undefined;
  /** Where the primary and the replicas are, as it says. */
  readonly keys: readonly string[];
  /** Where a name among them may be meant, nearest first. */
  readonly scopes: readonly string[];
}

export function groupsOf(
  sentinels: readonly SentinelInstance[],
  redis: readonly RedisInstance[],
  layout: Layout | undefined,
): readonly Group[] {
  const index = new NodeIndex(redis);
  const bundles = bundle(sentinels.flatMap((sentinel) => mentionsOf(sentinel, index)));
  const members = bundles.map((mentions) => index.follow(mentions));
  addLeftOver(bundles, members, redis);
  return bundles.flatMap((mentions, at) => {
    const [first] = mentions;
    if (first === undefined) return [];
    const nodes = [...(members[at] ?? [])].sort((a, b) => index.rank(a) - index.rank(b));
    const voters = [...new Set(mentions.map(({ sentinel }) => sentinel))];
    const group = { name: first.name, sentinels: voters, nodes };
    const hasEverySentinel = everySentinel(group, layout);
    const hasEveryNode = everyNode(group, layout);
    return [{ ...group, hasEverySentinel, hasEveryNode, isComplete: hasEverySentinel && hasEveryNode }];
  });
}

function mentionsOf(sentinel: SentinelInstance, index: NodeIndex): readonly Mention[] {
  const { config, live } = sentinel;
  const { environment, family } = siteOf(config?.file ?? "");
  const scopes = scopesOf(config?.file ?? "");
  const written = (config?.monitors ?? []).map(({ name, address, port, options }): Mention => {
    const primary = wordsKey(address, port);
    const isDistinct = primary !== undefined && !isLoopback(address.text);
    const at = isDistinct ? [`at ${environment} ${index.meant(environment, primary, scopes)}`] : [];
    const replicas = ["known-replica", "known-slave"].flatMap((option) => options.get(option) ?? []);
    const known = replicas.map(({ words }) => wordsKey(words[0], words[1]));
    return {
      name: name.text,
      sentinel,
      environment,
      marks: [`in ${environment} ${family}`, ...at],
      keys: [primary, ...known].filter((one) => one !== undefined),
      scopes,
    };
  });
  const answered = [...(live?.groups ?? [])].map(
    ([name, { primary, replicas }]): Mention => ({
      name,
      sentinel,
      environment: undefined,
      marks: ["answered"],
      keys: [primary, ...replicas].map((one) => key(one.get("ip") ?? "", one.get("port") ?? "")),
      scopes,
    }),
  );
  return [...written, ...answered];
}

/** So many that agree on a primary are a cluster of their own. */
const CLUSTER_MIN = 3;

/** Folders that hold several clusters of one name, as the files of a whole fleet do: they join nobody. */
function sharedFolders(mentions: readonly Mention[]): (name: string, mark: string) => boolean {
  const agreeing = new Map<string, Map<string, number>>();
  for (const { name, marks } of mentions) {
    const [folder, primary] = marks;
    if (folder === undefined || primary === undefined) continue;
    const counts = agreeing.get(`${name}\n${folder}`) ?? new Map<string, number>();
    agreeing.set(`${name}\n${folder}`, counts.set(primary, (counts.get(primary) ?? 0) + 1));
  }
  const shared = [...agreeing].filter(([, counts]) => {
    return [...counts.values()].filter((count) => count >= CLUSTER_MIN).length > 1;
  });
  const keys = new Set(shared.map(([key]) => key));
  return (name, mark) => keys.has(`${name}\n${mark}`);
}

/** Puts together what has the same name and shares a mark, also by way of a third. */
function bundle(mentions: readonly Mention[]): readonly (readonly Mention[])[] {
  const leader = mentions.map((_, index) => index);
  const find = (index: number): number => {
    let at = index;
    for (let next = leader[at]; next !== undefined && next !== at; next = leader[at]) {
      leader[at] = leader[next] ?? next;
      at = next;
    }
    return at;
  };
  const byMark = new Map<string, number>();
  const isShared = sharedFolders(mentions);
  for (const [index, { name, marks, sentinel }] of mentions.entries()) {
    const own = marks.filter((mark) => !isShared(name, mark));
    for (const mark of [...own, `by ${sentinel.name}`]) {
      const first = byMark.get(`${name}\n${mark}`);
      if (first === undefined) byMark.set(`${name}\n${mark}`, index);
      else leader[find(index)] = find(first);
    }
  }
  const bundles = new Map<number, Mention[]>();
  for (const [index, mention] of mentions.entries()) {
    const own = bundles.get(find(index));
    if (own === undefined) bundles.set(find(index), [mention]);
    else own.push(mention);
  }
  return [...bundles.values()];
}

/** Nodes by where they are and by whom they follow. */
class NodeIndex {
  readonly #byKey = new Map<string, RedisInstance[]>();
  readonly #byTarget = new Map<string, RedisInstance[]>();
  readonly #ranks = new Map<RedisInstance, number>();
  /** Under which keys a node is found, in its own environment. */
  readonly #keys = new Map<RedisInstance, readonly string[]>();
  /** Whom it replicates from, once it is known which host a name means. */
  readonly #targets = new Map<RedisInstance, string>();

  constructor(redis: readonly RedisInstance[]) {
    for (const [rank, node] of redis.entries()) {
      this.#ranks.set(node, rank);
      const own = environmentOf(node);
      const { network, loopback, name } = splitKeysOf(node);
      const keys = [
        ...network,
        ...localScopes(node, network.length === 0).flatMap((scope) =>
          loopback.map((one) => scoped(scope, one)),
        ),
        ...name.map((one) => scoped(node.host?.scope, one)),
      ];
      this.#keys.set(node, keys);
      for (const environment of [own, undefined])
        for (const one of keys) add(this.#byKey, within(environment, one), node);
    }
    for (const node of redis) {
      const target = targetKey(node);
      if (target === undefined) continue;
      const own = environmentOf(node);
      const meant = this.meant(own, target, scopesOf(node.config?.file ?? ""));
      this.#targets.set(node, meant);
      for (const environment of [own, undefined]) add(this.#byTarget, within(environment, meant), node);
    }
  }

  rank(node: RedisInstance): number {
    return this.#ranks.get(node) ?? 0;
  }

  /** From the addresses that Sentinels name to their nodes, and on along every replicaof, both ways. */
  follow(mentions: readonly Mention[]): Set<RedisInstance> {
    const found = new Set<RedisInstance>();
    const asked = new Set(
      mentions.flatMap(({ environment, keys, scopes }) =>
        keys.map((key) => within(environment, this.meant(environment, key, scopes))),
      ),
    );
    // Sets grow while they are walked, and meet each entry once.
    for (const one of asked) {
      for (const node of [...(this.#byKey.get(one) ?? []), ...(this.#byTarget.get(one) ?? [])]) {
        if (found.has(node)) continue;
        found.add(node);
        const environment = environmentOf(node);
        for (const next of this.#keys.get(node) ?? []) asked.add(within(environment, next));
        const target = this.#targets.get(node);
        if (target !== undefined) asked.add(within(environment, target));
      }
    }
    return found;
  }

  /** The name of a host as that of the nearest one of that name; an address as it is. */
  meant(environment: string | undefined, one: string, scopes: readonly string[]): string {
    const isKnown = (candidate: string): boolean => this.#byKey.has(within(environment, candidate));
    return scopes.map((scope) => scoped(scope, one)).find(isKnown) ?? one;
  }
}

/**
 * Nodes that nobody names belong to the one group of their environment that is near them, when nothing says
 * otherwise: they follow nobody else, and they have no address of their own, or lie among the files of that
 * group.
 */
function addLeftOver(
  bundles: readonly (readonly Mention[])[],
  members: readonly Set<RedisInstance>[],
  redis: readonly RedisInstance[],
): void {
  const taken = new Set(members.flatMap((nodes) => [...nodes]));
  const near = bundlesByFolder(bundles);
  for (const node of redis) {
    if (node.config === undefined || taken.has(node)) continue;
    const environment = environmentOf(node);
    const folders = scopesOf(node.config.file).map((folder) => near.get(within(environment, folder)));
    // An answer may be about nodes of any environment and folder.
    const found = folders.find((some) => some !== undefined) ?? near.get(within(undefined, ""));
    const [at, ...others] = found ?? [];
    const mentions = at === undefined || others.length > 0 ? undefined : bundles[at];
    if (mentions !== undefined && mayBelong(node, mentions)) members[at ?? 0]?.add(node);
  }
}

/** Numbers of the bundles whose Sentinels lie in a folder or below it. */
function bundlesByFolder(
  bundles: readonly (readonly Mention[])[],
): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const [at, mentions] of bundles.entries()) {
    for (const { environment, scopes } of mentions) {
      for (const folder of scopes) {
        const one = within(environment, folder);
        found.set(one, (found.get(one) ?? new Set()).add(at));
      }
    }
  }
  return found;
}

function mayBelong(node: RedisInstance, mentions: readonly Mention[]): boolean {
  const monitored = mentions.flatMap(({ name, sentinel }) => monitorsNamed(sentinel.config, name));
  const ports = new Set(monitored.filter(({ port }) => !port.isUnknown).map(({ port }) => port.text));
  const own = portOf(node);
  if (own !== undefined && ports.size > 0 && !ports.has(String(own))) return false;
  const target = setting(node, "replicaof");
  if (target !== undefined && !target.isUnknown && targetKey(node) !== undefined) return false;
  if (!hasNetworkAddress(node)) return true;
  const { family } = siteOf(node.config?.file ?? "");
  return mentions.some(
    ({ sentinel }) =>
      (sentinel.config !== undefined && siteOf(sentinel.config.file).family === family) ||
      (sentinel.host !== undefined && sentinel.host === node.host),
  );
}

function environmentOf({ config }: RedisInstance): string {
  return config === undefined ? "" : siteOf(config.file).environment;
}

/** Where loopback means a node: in its folder, and beside it where it listens to nothing else. */
function localScopes({ config }: RedisInstance, isLocal: boolean): readonly string[] {
  const own = hostScopeOf(config?.file ?? "");
  return isLocal ? [...new Set([own, siteOf(config?.file ?? "").family])] : [own];
}

/** A name or loopback, which mean something within one folder only. */
function scoped(scope: string | undefined, one: string): string {
  return scope === undefined || scope === "" ? one : `${scope}/ ${one}`;
}

function within(environment: string | undefined, one: string): string {
  return `${environment ?? "*"} ${one}`;
}

function add(map: Map<string, RedisInstance[]>, one: string, node: RedisInstance): void {
  const known = map.get(one);
  if (known === undefined) map.set(one, [node]);
  else known.push(node);
}
