// Why this is no moment to write down who is who: Sentinels that disagree, a failover under way, replicas
// without their primary. Pure.
import { listed, quoted } from "../cluster/text.ts";
import type { LiveRedis, LiveSentinel, LiveView } from "../doctor/facts.ts";
import { nameOf, type Row, rowName } from "../doctor/live/answers.ts";
import type { Seen } from "./seen.ts";

/** What a row says in peace. Valkey 9.1 forgets to take master_down back, and no election needs it. */
const PEACEFUL = new Set(["master", "slave", "sentinel", "master_down"]);

/** Sentences; none where the cluster is at rest and of one mind. */
export function unrestIn(seen: Seen): readonly string[] {
  const names = [...new Set(seen.sentinels.flatMap(({ groups }) => [...groups.keys()]))].sort();
  return [
    ...seen.sentinels.flatMap(tiltOf),
    ...names.flatMap((name) => [...quarrelOver(name, seen), ...troubleIn(name, seen)]),
  ];
}

function tiltOf(sentinel: LiveSentinel): readonly string[] {
  const isTilted = (sentinel.info?.get("sentinel_tilt") ?? "0") !== "0";
  return isTilted ? [`${nameOf(sentinel)} is in TILT: its clock jumped, and it trusts nothing`] : [];
}

/** Whether all Sentinels watch the group, know the same others and replicas, and name one primary. */
function quarrelOver(name: string, { sentinels }: Seen): readonly string[] {
  const group = `group ${quoted(name)}`;
  const deaf = sentinels.filter(({ groups }) => !groups.has(name)).map(nameOf);
  const said = new Map<string, string[]>();
  for (const sentinel of sentinels) {
    const primary = sentinel.groups.get(name)?.primary;
    if (primary === undefined) continue;
    const words = `${rowName(primary)} of epoch ${primary.get("config-epoch") ?? "?"}`;
    said.set(words, [...(said.get(words) ?? []), nameOf(sentinel)]);
  }
  const opinions = [...said].map(([words, who]) => `${listed(who)} say ${quoted(words)}`);
  const views = sentinels.flatMap((sentinel) => {
    const view = sentinel.groups.get(name);
    return view === undefined ? [] : [{ sentinel, view }];
  });
  const everybody = new Set(views.flatMap(({ view }) => view.replicas.map(rowName)));
  return [
    ...(deaf.length > 0 ? [`${group}: ${listed(deaf)} do not watch it, and other Sentinels do`] : []),
    ...(opinions.length > 1 ? [`${group}: Sentinels disagree, ${opinions.join("; ")}`] : []),
    ...views.flatMap(({ sentinel, view }) => {
      const peers = views.filter((other) => other.sentinel !== sentinel).map((one) => one.sentinel);
      const strangers = [
        ...unknownTo(view.sentinels, peers.map(nameOf)),
        ...(opinions.length > 1 ? [] : unknownTo(view.replicas, [...everybody])),
      ];
      if (strangers.length === 0) return [];
      return [`${group}: ${nameOf(sentinel)} does not know ${listed(strangers.map(quoted))}`];
    }),
  ];
}

function unknownTo(rows: readonly Row[], places: readonly string[]): readonly string[] {
  const known = new Set(rows.map(rowName));
  return places.filter((place) => !known.has(place));
}

function troubleIn(name: string, { sentinels, redis }: Seen): readonly string[] {
  const group = `group ${quoted(name)}`;
  const sentences = sentinels.flatMap((sentinel) => {
    const view = sentinel.groups.get(name);
    if (view === undefined) return [];
    const by = `${group}: ${nameOf(sentinel)} says`;
    const rows = [view.primary, ...view.replicas, ...view.sentinels];
    const flagged = rows.flatMap((row) => flagsOf(row).map((flags) => `${by} ${flags}`));
    const quorum = view.checkQuorum.startsWith("OK") ? [] : [`${by} ${quoted(view.checkQuorum)}`];
    return [...flagged, ...quorum, ...rolesAgainst(view, redis).map((clause) => `${group}: ${clause}`)];
  });
  return [...new Set(sentences)];
}

function flagsOf(row: Row): readonly string[] {
  const flags = (row.get("flags") ?? "").split(",").filter((flag) => !PEACEFUL.has(flag));
  return flags.length === 0 ? [] : [`${quoted(rowName(row))} is ${quoted(flags.join(","))}`];
}

/** What nodes say of their role, beside what this Sentinel says. */
function rolesAgainst({ primary, replicas }: LiveView, redis: readonly LiveRedis[]): readonly string[] {
  const at = (row: Row) => redis.find((node) => nameOf(node) === rowName(row))?.info;
  const role = at(primary)?.get("role");
  const wrong = role === undefined || role === "master" ? [] : ["says itself that it is a replica"];
  return [
    ...wrong.map((clause) => `its primary ${quoted(rowName(primary))} ${clause}`),
    ...replicas.flatMap((row) => {
      const info = at(row);
      const clause = info === undefined ? undefined : attachment(info, rowName(primary));
      return clause === undefined ? [] : [`its replica ${quoted(rowName(row))} ${clause}`];
    }),
  ];
}

function attachment(info: Row, primary: string): string | undefined {
  if (info.get("role") !== "slave") return "says itself that it is a primary";
  const upstream = `${info.get("master_host") ?? "?"}:${info.get("master_port") ?? "?"}`;
  if (upstream !== primary)
    return `replicates from ${quoted(upstream)}, and not from ${quoted(primary)}`;
  return info.get("master_link_status") === "up" ? undefined : "has no link to its primary";
}
