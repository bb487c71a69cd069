// Finds out which files are meant for which machine: by names that are known, folders, and addresses in
// them.
import { isIP } from "node:net";
import type { Layout } from "../cluster/types.ts";
import type { HostFacts } from "./facts.ts";
import { baseName, folderOf } from "./parse/shelf.ts";

/** A configuration file, and the addresses of the network that it announces or binds. */
export interface Occupant {
  readonly file: string;
  readonly addresses: readonly string[];
}

/** Where a file stands among others. */
export interface Site {
  /** Set for files of one environment: "staging". Files of two are never joined. */
  readonly environment: string;
  /** Files of one family describe one cluster: all in one folder, or in the folders of several hosts. */
  readonly family: string;
}

export interface Hosts {
  readonly all: readonly HostFacts[];
  readonly of: (file: string) => HostFacts | undefined;
  /** The host that a folder of the path names, for files that are not of a process. */
  readonly named: (file: string) => HostFacts | undefined;
  readonly at: (address: string) => HostFacts | undefined;
}

/** Folders that hold files of every host alike. */
const GENERAL = wholeWord(
  "\\.{1,2}|etc|redis\\w*|valkey\\w*|sentinels?|redis-(?:server|sentinel)|conf|conf\\.d|configs?",
  "configuration|templates?|files|roles|ansible|deploy\\w*|docker\\w*|compose|k8s|kubernetes",
  "helm|charts?|examples?|src|usr|local|opt|srv|var|lib|home|root|tmp|data|infra\\w*|systemd|system|\\d{2,5}",
  "[\\w.-]+\\.ya?ml",
);
/** h1, node-2, redis3, db01.example.net: one of several of its kind. */
const ONE_OF_MANY = wholeWord("[a-z][a-z_-]*\\d{1,4}(?:\\..+)?");
/** Numbered, and yet no machines. */
const NO_HOST = wholeWord(
  "(?:cluster|example|test|case|env|site|demo|group|shard|v|version|step|part)[-_]?\\d.*|k8s",
);
const ENVIRONMENT = wholeWord(
  "prod|production|prd|stage|staging|stg|dev|devel|development|test|testing|qa|uat|preprod",
  "pre-production|dr|sandbox|live|integration",
);

function wholeWord(...alternatives: readonly string[]): RegExp {
  return new RegExp(`^(?:${alternatives.join("|")})$`, "i");
}

export function siteOf(file: string): Site {
  const folders = folderOf(file).split("/");
  const environment = folders.filter((folder) => ENVIRONMENT.test(folder)).join("/");
  const own = hostFolderOf(file);
  const isOneOfMany = own !== undefined && isHostLike(baseName(own));
  return { environment, family: isOneOfMany ? folderOf(own) : (own ?? folderOf(file)) };
}

/** Where a name of a host may be meant that a file says: the folders it lies in, nearest first. */
export function scopesOf(file: string): readonly string[] {
  const scopes: string[] = [];
  for (let folder = folderOf(file); folder !== ""; folder = folderOf(folder)) scopes.push(folder);
  return [...scopes, ""];
}

/**
 * The folder around a file or a host's folder, without general ones at its end: "shop" for shop/h1 and
 * shop/redis/h1, within which "h1" means it; shop/h1 for shop/h1/redis.conf, within which "localhost" does.
 */
export function hostScopeOf(file: string): string {
  let scope = folderOf(file);
  while (scope !== "" && GENERAL.test(baseName(scope))) scope = folderOf(scope);
  return scope;
}

/** Hosts that a cluster file or an inventory names come first; the others follow from the files. */
export function hostsOf(
  occupants: readonly Occupant[],
  named: readonly HostFacts[],
  liveAddresses: readonly string[],
): Hosts {
  const book = new HostBook(named);
  const isSibling = siblingFolders(occupants.map(({ file }) => file));
  for (const { file, addresses } of occupants) {
    const folder = hostFolderOf(file);
    const known = book.namedIn(file);
    if (known !== undefined) book.assign(file, known, addresses);
    else if (folder !== undefined && isSibling(folder)) {
      book.assign(file, book.open(folder, baseName(folder)), addresses);
    }
  }
  for (const { file, addresses } of occupants) {
    if (book.has(file)) continue;
    const address = addressIn(baseName(file)) ?? addresses[0];
    if (address !== undefined) book.assign(file, book.atOrNew(address), addresses);
  }
  for (const address of liveAddresses) book.atOrNew(address);
  return book.finished();
}

/** A layout's hosts as facts. */
export function hostsOfLayout(layout: Layout | undefined): readonly HostFacts[] {
  const hosts = layout?.cluster.hosts ?? [];
  return hosts.map(({ name, address, zone }) => ({ name, addresses: [address], zone }));
}

interface OpenHost {
  readonly facts: HostFacts;
  readonly addresses: Set<string>;
}

class HostBook {
  readonly #hosts: OpenHost[] = [];
  readonly #byKey = new Map<string, OpenHost>();
  readonly #byAddress = new Map<string, OpenHost>();
  readonly #ofFile = new Map<string, OpenHost>();

  constructor(named: readonly HostFacts[]) {
    for (const facts of named) {
      const scope = territoryOf(facts);
      const key = nameKey(scope, facts.name);
      if (this.#byKey.has(key)) continue;
      const host = this.#add(key, { ...facts, ...(scope !== "" && { scope }) });
      for (const address of facts.addresses) this.#byAddress.set(address, host);
    }
  }

  /** The host that a folder of the path names, the one nearest to the file. */
  namedIn(file: string): OpenHost | undefined {
    const scopes = scopesOf(file);
    for (const segment of file.split("/").slice(0, -1).toReversed()) {
      const known = scopes.map((scope) => this.#byKey.get(nameKey(scope, segment)));
      const host = known.find((one) => one !== undefined) ?? this.#byAddress.get(segment);
      if (host !== undefined) return host;
    }
    return undefined;
  }

  open(key: string, name: string): OpenHost {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const address = addressIn(name);
    const scope = hostScopeOf(key);
    const addresses = address === undefined ? [] : [address];
    return this.#add(key, { name, addresses, ...(scope !== "" && { scope }) });
  }

  atOrNew(address: string): OpenHost {
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    const host = this.#add(`address ${address}`, { name: address, addresses: [address] });
    this.#byAddress.set(address, host);
    return host;
  }

  assign(file: string, host: OpenHost, addresses: readonly string[]): void {
    this.#ofFile.set(file, host);
    for (const address of addresses) {
      host.addresses.add(address);
      if (!this.#byAddress.has(address)) this.#byAddress.set(address, host);
    }
  }

  has(file: string): boolean {
    return this.#ofFile.has(file);
  }

  finished(): Hosts {
    const facts = new Map(
      this.#hosts.map((host) => [host, { ...host.facts, addresses: [...host.addresses] }] as const),
    );
    const find = (host: OpenHost | undefined): HostFacts | undefined => host && facts.get(host);
    return {
      all: [...facts.values()],
      of: (file) => find(this.#ofFile.get(file)),
      named: (file) => find(this.namedIn(file) ?? this.#byKey.get(hostFolderOf(file) ?? "")),
      at: (address) => find(this.#byAddress.get(address)),
    };
  }

  #add(key: string, facts: HostFacts): OpenHost {
    const host = { facts, addresses: new Set(facts.addresses) };
    this.#hosts.push(host);
    this.#byKey.set(key, host);
    return host;
  }
}

/** What an inventory is for: the folder in which it lies, whatever that one is called for it. */
function territoryOf({ place }: HostFacts): string {
  let folder = folderOf(place?.file ?? "");
  while (folder !== "" && isForInventories(baseName(folder))) folder = folderOf(folder);
  return folder;
}

function isForInventories(name: string): boolean {
  return (
    /^(?:inventor(?:y|ies)|hosts|envs?|environments?|ops|playbooks?|provision\w*)$/i.test(name) ||
    GENERAL.test(name) ||
    ENVIRONMENT.test(name)
  );
}

/** No path has a line break, so that no folder is taken for a name. */
function nameKey(scope: string, name: string): string {
  return `${scope}\n${name}`;
}

/** The path down to the last folder that is not a general one. */
function hostFolderOf(file: string): string | undefined {
  for (let folder = folderOf(file); folder !== ""; folder = folderOf(folder)) {
    const name = baseName(folder);
    if (isHostLike(name)) return folder;
    if (!GENERAL.test(name)) return ENVIRONMENT.test(name) ? undefined : folder;
  }
  return undefined;
}

function isHostLike(name: string): boolean {
  return addressIn(name) !== undefined || (ONE_OF_MANY.test(name) && !NO_HOST.test(name));
}

/** Whether a folder is a host's: it is called like one, or others beside it hold such files, too. */
function siblingFolders(files: readonly string[]): (folder: string) => boolean {
  const children = new Map<string, Set<string>>();
  for (const file of files) {
    const folder = hostFolderOf(file);
    if (folder === undefined) continue;
    const parent = folderOf(folder);
    const known = children.get(parent);
    if (known === undefined) children.set(parent, new Set([folder]));
    else known.add(folder);
  }
  return (folder) => isHostLike(baseName(folder)) || (children.get(folderOf(folder))?.size ?? 0) > 1;
}

/** "10.0.0.1" of "redis-10.0.0.1.conf". */
function addressIn(name: string): string | undefined {
  const match = /(?:^|[^\d.])(\d{1,3}(?:\.\d{1,3}){3})(?!\d|\.\d)/.exec(name);
  return match?.[1] !== undefined && isIP(match[1]) === 4 ? match[1] : undefined;
}
