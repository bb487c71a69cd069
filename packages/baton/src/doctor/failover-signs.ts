// Whether what was given is about Redis with replicas or Sentinel at all: a cache of its own needs nothing
// that a failover needs.
import { containersOf, instanceOf, programOf } from "./containers.ts";
import type { Container, HelmFile } from "./facts-infrastructure.ts";
import type { Facts, RedisInstance } from "./facts.ts";
import { replicatedNodes } from "./nodes.ts";
import { oncePer } from "./once.ts";
import { servicesOf } from "./service.ts";
import { setting } from "./settings.ts";

/** Names that people give to hosts, variables and files; SentinelOne is something else. */
const NAMED =
  /replicaof|slaveof|(?<![a-z])sentinel(?![a-z]|-?one)|sentinels|(?:redis|valkey)\w{0,40}(?:replica|slave)/i;

// Several rules ask; facts never change.
/** Any sign of a Sentinel or of a replica in all that was given. */
export const knowsFailover = oncePer(hasSign);

/** Whether a service runs one of them; when its node is not among the files, any sign counts. */
export function isInFailover(facts: Facts, nodes: readonly RedisInstance[]): boolean {
  const replicated = replicatedNodes(facts);
  return nodes.length === 0 ? knowsFailover(facts) : nodes.some((node) => replicated.has(node));
}

/** The same of a container: by its node, or by what else its file starts. */
export function isContainerInFailover(facts: Facts, container: Container): boolean {
  const node = instanceOf(container, facts.redis);
  if (node !== undefined && replicatedNodes(facts).has(node)) return true;
  return containersOf(facts).some((other) => other.file === container.file && isFollowing(other));
}

function hasSign(facts: Facts): boolean {
  return (
    facts.sentinels.length > 0 ||
    facts.groups.length > 0 ||
    facts.redis.some((node) => (setting(node, "replicaof")?.text ?? "") !== "") ||
    servicesOf(facts).some(({ program }) => program === "sentinel") ||
    containersOf(facts).some(isFollowing) ||
    facts.helm.some(isReplicated) ||
    isNamedByAnsible(facts)
  );
}

function isFollowing(container: Container): boolean {
  return (
    programOf(container) === "sentinel" ||
    container.command.some(({ text }) => /^--(?:replicaof|slaveof)$/.test(text))
  );
}

/** A chart's own words for it. */
function isReplicated({ values }: HelmFile): boolean {
  return [...values].some(
    ([name, { text }]) =>
      (/(^|\.)sentinel\.enabled$/.test(name) && /^(true|yes|on)$/i.test(text)) ||
      (/(^|\.)architecture$/.test(name) && text === "replication"),
  );
}

function isNamedByAnsible({ ansible, inventory }: Facts): boolean {
  const hosts = inventory.flatMap((one) => one.hosts);
  const inventoried = hosts.flatMap(({ groups, variables }) => [...groups, ...variables.keys()]);
  const written = ansible.flatMap(({ plays, tasks, variables }) => [
    ...plays.flatMap(({ hosts: pattern, roles }) => [pattern.text, ...roles.map(({ text }) => text)]),
    ...tasks.flatMap(({ values, items }) => [...[...values.values()].flat(), ...items]).map(textOf),
    ...variables.map(({ name }) => name),
  ]);
  return [...inventoried, ...written].some((text) => NAMED.test(text));
}

const textOf = ({ text }: { readonly text: string }): string => text;
