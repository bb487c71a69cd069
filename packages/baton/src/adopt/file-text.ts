// The text of an adopted cluster file: few keys, and a comment wherever somebody has to know why. Pure.
import { Document, isMap, isScalar, isSeq, type Pair, Scalar } from "yaml";
import { printable, wrapped } from "../cluster/text.ts";
import type { Kept } from "./settings.ts";
import type { SeenCluster } from "./seen.ts";

export interface WrittenOverride {
  readonly section: "redis" | "sentinel";
  readonly key: string;
  readonly value: string | number;
  /** What Baton would derive. */
  readonly instead: string;
}

export interface TlsFiles {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

export interface Parts {
  readonly name: string;
  readonly rto: string;
  readonly rpo: string;
  readonly cluster: SeenCluster;
  readonly overrides: readonly WrittenOverride[];
  readonly settings: readonly Kept[];
  readonly tls: TlsFiles | undefined;
  readonly checks: readonly string[];
  readonly changed: readonly string[];
  readonly lost: readonly string[];
}

const COLUMNS = 100;
const SECRETS = ["application", "replication", "sentinel", "peer", "agent"] as const;

function contents({ name, rto, rpo, cluster, overrides, settings, tls }: Parts) {
  const hosts = cluster.hosts.map(({ name, address, hasRedis, hasSentinel }) => {
    const runs = [...(hasRedis ? ["redis"] : []), ...(hasSentinel ? ["sentinel"] : []), "agent"];
    return { name, address, zone: `unknown-${name}`, runs };
  });
  const hostAt = (address: string) => hosts.find((host) => host.address === address)?.name ?? "?";
  const groups = cluster.groups.map(({ name, primary, nodes, port }) => {
    const members = nodes.map((node) => hostAt(node.address));
    return { name, primary: hostAt(primary.address), hosts: members, port };
  });
  const set = (section: "redis" | "sentinel") =>
    Object.fromEntries(
      overrides.filter((one) => one.section === section).map(({ key, value }) => [key, value]),
    );
  const redis = {
    ...set("redis"),
    ...(settings.length === 0
      ? {}
      : { settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])) }),
  };
  return {
    name,
    objectives: { rto, rpo },
    hosts,
    groups,
    ...(Object.keys(redis).length === 0 ? {} : { redis }),
    sentinel: { port: cluster.sentinelPort, ...set("sentinel") },
    ...(tls === undefined ? {} : { tls: { ...tls } }),
    secrets: Object.fromEntries(
      SECRETS.map((secret) => [secret, { env: `BATON_${secret.toUpperCase()}_PASSWORD` }]),
    ),
  };
}

/** What comes from outside may hold anything: it never leaves its line. */
function commented(paragraphs: readonly string[]): string {
  return paragraphs
    .flatMap((text) => {
      const indent = text.startsWith("- ") ? "   " : " ";
      return wrapped(printable(text), COLUMNS).map((line, row) => `${row === 0 ? " " : indent}${line}`);
    })
    .join("\n");
}

function pairAt(document: Document, path: readonly string[]): Pair | undefined {
  let found: Pair | undefined;
  let node: unknown = document.contents;
  for (const step of path) {
    if (!isMap(node)) return undefined;
    found = node.items.find(({ key }) => (isScalar(key) ? key.value : key) === step);
    node = found?.value;
  }
  return found;
}

function before(document: Document, path: readonly string[], paragraphs: readonly string[]): void {
  const pair = pairAt(document, path);
  if (pair === undefined || paragraphs.length === 0) return;
  const key = isScalar(pair.key) ? pair.key : new Scalar(pair.key);
  key.commentBefore = commented(paragraphs);
  pair.key = key;
}

/** Behind the value, on its line. */
function behind(document: Document, path: readonly string[], text: string): void {
  const value = pairAt(document, path)?.value;
  if (isScalar(value) || isMap(value)) value.comment = ` ${printable(text)}`;
}

function onOneLineEach(document: Document): void {
  for (const section of ["hosts", "groups", "secrets"]) {
    const node = document.get(section);
    const entries: readonly unknown[] = isSeq(node)
      ? node.items
      : isMap(node)
        ? node.items.map(({ value }) => value)
        : [];
    for (const entry of entries) if (isMap(entry)) entry.flow = true;
  }
}

function explain(document: Document, { rpo, overrides, settings, tls, changed }: Parts): void {
  const add = (path: readonly string[], ...paragraphs: readonly string[]) =>
    before(document, path, paragraphs);
  add(
    ["objectives"],
    "What the settings of today can keep. Baton derives from it what is not set below.",
  );
  if (rpo === "none")
    behind(document, ["objectives", "rpo"], "today a primary that is cut off takes writes without end");
  add(["hosts"], "The zones are not known: give hosts one zone that fail together.");
  add(["groups"], "The primaries of today, so that a deployment changes no role.");
  if (changed.length > 0)
    add(
      [pairAt(document, ["redis"]) === undefined ? "sentinel" : "redis"],
      "Set by Baton, where nobody has set anything today; `redis.settings` can keep what is today:",
      ...changed.map((change) => `- ${change}`),
    );
  if (tls !== undefined) add(["tls"], "Where the nodes have their certificates today, on each host.");
  add(["secrets"], "References alone. All but the first are new passwords: `openssl rand -hex 24`.");
  for (const { section, key, instead } of overrides)
    behind(document, [section, key], `today's; Baton would derive ${instead}`);
  for (const { name, fallback } of settings)
    behind(
      document,
      ["redis", "settings", name],
      `today's; the default is ${fallback === "" ? "empty" : fallback}`,
    );
  behind(document, ["secrets", "application"], "the present requirepass");
}

/** Everything from outside is quoted by the library; comments hold no control characters. */
export function fileText(parts: Parts): string {
  const document = new Document(contents(parts), { aliasDuplicateObjects: false });
  onOneLineEach(document);
  explain(document, parts);
  const { checks, lost } = parts;
  const head = ["Written by `baton adopt` from a running cluster. To check before it is deployed:"];
  document.commentBefore = commented([...head, ...checks.map((check) => `- ${check}`)]);
  if (lost.length > 0)
    document.comment = commented(["NOT taken over:", ...lost.map((loss) => `- ${loss}`)]);
  return document.toString({ lineWidth: 0 });
}
