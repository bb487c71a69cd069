// Which backends of HAProxy lead to Redis primaries, and what they check.
import type { Directive, Facts, Word } from "./facts.ts";
import type { HaproxyFile, HaproxySection } from "./facts-infrastructure.ts";
import type { Place } from "./finding.ts";

interface RedisBackend {
  readonly section: HaproxySection;
  readonly file: HaproxyFile;
  /** `server` and `server-template` lines. */
  readonly servers: readonly Directive[];
  /** Its own lines and those of the `defaults` in front of it. */
  readonly lines: readonly Directive[];
}

/** Those with two servers or more, one of which has to be the right one; those for reads are left out. */
export function redisBackends(facts: Facts): readonly RedisBackend[] {
  return facts.haproxy.flatMap((file) =>
    file.sections.flatMap((section, index) => {
      const servers = section.lines.filter(
        ({ name }) => name === "server" || name === "server-template",
      );
      const isMany = servers.length > 1 || servers.some(({ name }) => name === "server-template");
      if (!/^(backend|listen)$/.test(section.kind) || !isMany) return [];
      const defaults = file.sections.slice(0, index).findLast(({ kind }) => kind === "defaults");
      const backend = { section, file, servers, lines: [...(defaults?.lines ?? []), ...section.lines] };
      return leadsToRedis(backend) ? [backend] : [];
    }),
  );
}

/** Routers and the proxies that are named follow the primary themselves: an open port is all they have. */
const OTHERWISE =
  /read|replica|slave|sentinel|router|twemproxy|nutcracker|envoy|(?:^|[^a-z])ro(?:[^a-z]|$)/i;

function leadsToRedis({ section, servers, lines }: RedisBackend): boolean {
  if (OTHERWISE.test(section.name)) return false;
  const addresses = servers.map(({ words }) => words[1]?.text ?? "");
  const isNamed = /redis|valkey/i.test(section.name);
  const isHttp = lines.findLast(({ name }) => name === "mode")?.words[0]?.text === "http";
  const isSentinel = addresses.some((address) => address.endsWith(":26379"));
  return !isHttp && !isSentinel && (isNamed || addresses.some((address) => address.endsWith(":6379")));
}

/** `tcp-check expect ... role:master`, in any of its spellings; `binary` has hexadecimal digits. */
export function roleCheck({ lines }: RedisBackend): Directive | undefined {
  return lines.find(
    ({ name, words }) =>
      name === "tcp-check" &&
      words[0]?.text === "expect" &&
      words.some(({ text }) => /master|primary|6d6173746572/i.test(text)),
  );
}

/** A check that asks something else than Redis: an agent's HTTP page, a program, an agent-check. */
export function asksAnAgent({ lines, servers }: RedisBackend): boolean {
  const asks = lines.some(
    ({ name, words }) =>
      name === "http-check" ||
      (name === "option" && /^(httpchk|external-check)$/.test(words[0]?.text ?? "")),
  );
  return (
    asks || [...servers, ...lines].some(({ words }) => words.some(({ text }) => text === "agent-check"))
  );
}

/** A backend that asks Sentinels who is primary, as some set-ups combine with the role. */
export function asksSentinel({ file }: RedisBackend): boolean {
  const lines = file.sections.flatMap((section) => section.lines);
  return lines.some(({ words }) =>
    words.some(({ text }) => /get-master-addr-by-name|sentinel/i.test(text)),
  );
}

/** A word of any `server` or `default-server` line. */
export function serverOption({ lines }: RedisBackend, option: string): Word | undefined {
  return lines
    .filter(({ name }) => /^(default-)?server(-template)?$/.test(name))
    .flatMap(({ words }) => words)
    .find(({ text }) => text === option);
}

export function placeOfBackend({ section }: RedisBackend): Place {
  return section.place;
}
