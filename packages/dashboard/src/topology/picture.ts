// What the topology says of each process, in few words, and which lines follow from it. Pure.
import { bytes } from "../state/words.ts";
import {
  endpoint,
  type GroupStatus,
  type NodeStatus,
  type SentinelStatus,
  type TargetStatus,
} from "../wire/group.ts";
import type { Item } from "./grid.ts";
import type { Line } from "./lines.ts";

/** How a box looks: its frame and the mark beside its name say the same as its words. */
export type Look = "primary" | "replica" | "watcher" | "target" | "doubt" | "bad";

export interface Caption {
  readonly name: string;
  readonly role: string;
  readonly look: Look;
  /** Two lines; the second may be empty. */
  readonly lines: readonly [string, string];
  /** The same for a narrow box, where the usual ones would be cut. */
  readonly short?: readonly [string, string];
}

export interface Picture {
  readonly items: readonly Item[];
  readonly captions: ReadonlyMap<string, Caption>;
  readonly lines: readonly Line[];
}

/** The zone of each host by its name, for Sentinels and targets, which do not say it themselves. */
export type Zones = ReadonlyMap<string, string>;

/** A drawing with more boxes of a kind than this says nothing; the tables have them all. */
const BOXES_MAX = 60;

const nodeKey = (id: string): string => `node ${id}`;
const sentinelKey = (id: string): string => `sentinel ${id}`;
const targetKey = ({ name, host, reach }: TargetStatus): string =>
  reach === "shared" ? `target ${name}` : `target ${name} ${host}`;

const isRouted = ({ route }: GroupStatus, node: NodeStatus): boolean =>
  route.kind === "primary" && endpoint(route) === endpoint(node);

function nodeCaption(group: GroupStatus, node: NodeStatus): Caption {
  const { id: name, role } = node;
  const routed = isRouted(group, node);
  if (role === "primary") {
    if (!routed) return { name, role, look: "bad", lines: ["is not the route", endpoint(node)] };
    const isEarly = group.route.kind === "primary" && !group.route.confirmed;
    const word = isEarly ? "takes writes, early" : "takes writes";
    return { name, role, look: "primary", lines: [word, endpoint(node)] };
  }
  if (role === "replica") {
    const lag = node.lagBytes === null ? "" : `, ${bytes(node.lagBytes)} behind`;
    if (routed) return { name, role, look: "bad", lines: ["is the route", endpoint(node)] };
    const look = node.link === "connected" ? "replica" : "doubt";
    const link = node.link ?? "no link";
    const short = [link, node.lagBytes === null ? "" : `lag ${bytes(node.lagBytes)}`] as const;
    return { name, role, look, lines: [`${link}${lag}`, endpoint(node)], short };
  }
  const word = routed ? "silent, and the route" : "silent";
  return { name, role: "no answer", look: "bad", lines: [word, node.reason ?? ""] };
}

const nodeAt = (group: GroupStatus, place: string): NodeStatus | undefined =>
  group.nodes.find((node) => endpoint(node) === place);

function sentinelCaption(group: GroupStatus, sentinel: SentinelStatus): Caption {
  const { id: name, primary, reason } = sentinel;
  const role = "Sentinel";
  if (primary === null) return { name, role, look: "bad", lines: ["silent", reason ?? ""] };
  const place = endpoint(primary);
  const named = `names ${nodeAt(group, place)?.id ?? place}`;
  const flags = sentinel.flags.filter((flag) => flag !== "master");
  const epoch = sentinel.epoch === null ? [] : [`epoch ${sentinel.epoch}`];
  const more = [...epoch, ...flags, ...(sentinel.tilt ? ["TILT"] : [])].join(", ");
  const isOther = group.route.kind === "primary" && endpoint(group.route) !== place;
  const look = isOther ? "bad" : flags.length > 0 || sentinel.tilt ? "doubt" : "watcher";
  if (!isOther) return { name, role, look, lines: [named, more] };
  const short = [named, "not the route"] as const;
  return { name, role, look, lines: [`${named}, not the route`, more], short };
}

function targetCaption({ name, host, reach, ok, sentence }: TargetStatus): Caption {
  const role = reach === "shared" ? "target, for all" : `target on ${host}`;
  if (ok) return { name, role, look: "target", lines: ["follows", sentence] };
  const short = ["off the route", sentence] as const;
  return { name, role, look: "bad", lines: ["does not follow", sentence], short };
}

function linesOf(group: GroupStatus, targets: readonly TargetStatus[]): readonly Line[] {
  const { nodes, sentinels, route } = group;
  const routed = nodes.find((node) => isRouted(group, node));
  const named = sentinels.flatMap((sentinel): Line[] => {
    const node = sentinel.primary === null ? undefined : nodeAt(group, endpoint(sentinel.primary));
    if (node === undefined) return [];
    const isOdd = route.kind === "primary" && node !== routed;
    return [{ kind: "names", from: sentinelKey(sentinel.id), to: nodeKey(node.id), isOdd }];
  });
  const followed = nodes.flatMap((node): Line[] => {
    const source = node.of === null ? undefined : nodeAt(group, node.of);
    if (source === undefined) return [];
    const isOdd = node.link !== "connected" || (routed !== undefined && source !== routed);
    return [{ kind: "replicates", from: nodeKey(source.id), to: nodeKey(node.id), isOdd }];
  });
  const led = targets.flatMap((target): Line[] => {
    // A target that does not follow says in its sentence where it leads, if anybody knows.
    const elsewhere = nodes.find((node) => target.sentence.includes(`to ${endpoint(node)}`));
    const node = target.ok ? routed : elsewhere;
    if (node === undefined) return [];
    return [{ kind: "leads", from: targetKey(target), to: nodeKey(node.id), isOdd: !target.ok }];
  });
  return [...named, ...followed, ...led];
}

/** One box for a target that is one for all, however many agents tell of it: the worst word counts. */
function distinctTargets({ targets }: GroupStatus): readonly TargetStatus[] {
  const byKey = new Map<string, TargetStatus>();
  for (const target of targets) {
    const there = byKey.get(targetKey(target));
    if (there === undefined || (there.ok && !target.ok)) byKey.set(targetKey(target), target);
  }
  return [...byKey.values()];
}

export function pictureOf(group: GroupStatus, zones: Zones): Picture {
  const known = new Map([...zones, ...group.nodes.map(({ host, zone }) => [host, zone] as const)]);
  const zoneOf = (host: string) => known.get(host) ?? "";
  const sentinels = group.sentinels.slice(0, BOXES_MAX);
  const nodes = group.nodes.slice(0, BOXES_MAX);
  const targets = distinctTargets(group).slice(0, BOXES_MAX);
  const shown: readonly (readonly [Item, Caption])[] = [
    ...sentinels.map((sentinel): [Item, Caption] => [
      { key: sentinelKey(sentinel.id), layer: "sentinel", zone: zoneOf(sentinel.id) },
      sentinelCaption(group, sentinel),
    ]),
    ...nodes.map((node): [Item, Caption] => [
      { key: nodeKey(node.id), layer: "node", zone: node.zone },
      nodeCaption(group, node),
    ]),
    ...targets.map((target): [Item, Caption] => {
      const layer = target.reach === "shared" ? "shared" : "target";
      const zone = layer === "shared" ? "" : zoneOf(target.host);
      return [{ key: targetKey(target), layer, zone }, targetCaption(target)];
    }),
  ];
  return {
    items: shown.map(([item]) => item),
    captions: new Map(shown.map(([{ key }, caption]) => [key, caption])),
    lines: linesOf(group, targets),
  };
}

/** The whole drawing in a few sentences, for a screen reader. */
export function describePicture(group: GroupStatus): string {
  const { route, nodes, sentinels, targets } = group;
  const where =
    route.kind === "primary" ? `Writes go to ${route.host}.` : `There is no route: ${route.reason}.`;
  const following = nodes.filter(({ role, link }) => role === "replica" && link === "connected");
  const agreeing = sentinels.filter(
    ({ primary }) =>
      primary !== null && route.kind === "primary" && endpoint(primary) === endpoint(route),
  );
  const led = targets.filter(({ ok }) => ok).length;
  const toTargets = targets.length === 0 ? "" : ` ${led} of ${targets.length} targets follow.`;
  return (
    `${where} ${agreeing.length} of ${sentinels.length} Sentinels name it. ` +
    `${following.length} of ${Math.max(0, nodes.length - 1)} replicas are connected.${toTargets} ` +
    "The tables below have every detail."
  );
}
