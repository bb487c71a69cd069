// Finds the version of a process: what it says, what its file's header says, or the package it comes
// from.
import type { Container, Infrastructure } from "./facts-infrastructure.ts";
import type { LiveRedis, LiveSentinel, Version, Word } from "./facts.ts";
import { folderOf } from "./parse/shelf.ts";
import { versionNumbers } from "./values.ts";

export function versionOfAnswer(live: LiveRedis | LiveSentinel): Version | undefined {
  const { info, address, port } = live;
  const source = `INFO of ${address}:${String(port)}`;
  // Valkey says 7.2.4 as redis_version, for the sake of old clients.
  return (
    version("valkey", info?.get("valkey_version"), source) ??
    version("redis", info?.get("redis_version"), source)
  );
}

const HEADER_LINES = 10;
const HEADER = new RegExp(
  "^\\s*#+\\s*(?:configuration (?:file )?for |for )?(redis|valkey)(?:[ -](?:server|sentinel))? " +
    "(?:version:? |v)?(\\d+\\.\\d+(?:\\.\\d+)?)(?: configuration(?: file)?)?\\.?\\s*$",
  "i",
);

/** A comment that says nothing else: "# Redis 6.2.6", "# Configuration for Valkey 8.1". */
export function versionOfHeader(file: string, text: string): Version | undefined {
  for (const line of text.slice(0, 4000).split("\n", HEADER_LINES)) {
    const [, family, numbers] = HEADER.exec(line) ?? [];
    if (family !== undefined) return version(familyOf(family), numbers, `a comment in ${file}`);
  }
  return undefined;
}

/**
 * By file; what all packages of the sources agree on counts for files that none of them is nearer to.
 */
export function packagedVersions(infrastructure: Infrastructure): (file: string) => Version | undefined {
  const byFolder = new Map<string, Version | "several">();
  const containers = [
    ...infrastructure.compose.flatMap(({ services }) => services),
    ...infrastructure.helm.flatMap(({ containers }) => containers),
  ];
  for (const container of containers)
    note(byFolder, folderOf(container.file), versionOfImage(container));
  const everywhere = new Map<string, Version | "several">();
  for (const { variables } of infrastructure.ansible) {
    for (const { name, value } of variables) note(everywhere, "", versionOfVariable(name, value));
  }
  return (file) => {
    for (let folder = folderOf(file); ; folder = folderOf(folder)) {
      const found = byFolder.get(folder);
      if (found !== undefined) return found === "several" ? undefined : found;
      if (folder === "") break;
    }
    const found = everywhere.get("");
    return found === "several" ? undefined : found;
  };
}

function note(known: Map<string, Version | "several">, key: string, found: Version | undefined): void {
  if (found === undefined) return;
  const before = known.get(key);
  const isSame =
    before === undefined ||
    (before !== "several" &&
      before.family === found.family &&
      before.numbers.join(".") === found.numbers.join("."));
  known.set(key, isSame ? found : "several");
}

const IMAGE =
  /(?:^|\/)(redis|valkey)(?:-(?:server|sentinel|stack-server))?:v?(\d+(?:\.\d+){0,2})(?![\w.]*\/)/;

/**
 * redis:6.2-alpine, bitnami/redis-sentinel:7.0.15, valkey/valkey:9; a tag without a number says nothing.
 */
function versionOfImage({ image }: Container): Version | undefined {
  if (image === undefined || image.isUnknown) return undefined;
  const match = IMAGE.exec(image.text);
  if (match === null) return undefined;
  return version(familyOf(match[1] ?? ""), match[2], `the image ${image.text}`);
}

/** redis_version: "6.2.6"; redis_package: redis-server=5:7.0.15-1~deb12u1 */
function versionOfVariable(name: string, value: Word): Version | undefined {
  if (value.isUnknown) return undefined;
  const [, family] = /^(redis|valkey)(?:_server)?_(?:version|package|pkg)$/.exec(name) ?? [];
  if (family === undefined) return undefined;
  const numbers = value.text.slice(value.text.lastIndexOf("=") + 1);
  return version(familyOf(family), numbers, `${name} in ${value.place.file}`);
}

function version(
  family: Version["family"],
  text: string | undefined,
  source: string,
): Version | undefined {
  const numbers = text === undefined ? undefined : versionNumbers(text);
  return numbers && { family, numbers, source };
}

function familyOf(word: string): Version["family"] {
  return word.toLowerCase() === "valkey" ? "valkey" : "redis";
}
