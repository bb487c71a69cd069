// Which containers run Sentinel or Redis, and where their configuration comes from.
import { posix } from "node:path";
import type { Facts, RedisInstance, SentinelInstance, Word } from "./facts.ts";
import type { Container, Mount } from "./facts-infrastructure.ts";
import { nearestTo } from "./near.ts";
import { folderOf } from "./parse/shelf.ts";

export function containersOf(facts: Facts): readonly Container[] {
  return [
    ...facts.compose.flatMap(({ services }) => services),
    ...facts.helm.flatMap(({ containers }) => containers),
  ];
}

/** What a container's command line starts; undefined when a script decides. */
export function programOf({ command, image }: Container): "redis" | "sentinel" | undefined {
  const texts = command.map(({ text }) => text);
  if (texts.some((text) => /(^|\/)(redis|valkey)-sentinel$|^--sentinel$/.test(text))) {
    return "sentinel";
  }
  const isServer = texts.some((text) => /(^|\/)(redis|valkey)-server$/.test(text));
  // The image starts redis-server by itself, and puts it in front of what begins with an option.
  const isBare = texts[0] === undefined || texts[0].startsWith("-");
  const isImage = isBare && /(^|\/)(redis|valkey)([:@]|$)/.test(image?.text ?? "");
  return isServer || isImage ? "redis" : undefined;
}

/** The path of its configuration file within the container. */
function configPathOf({ command }: Container): Word | undefined {
  return command.find(({ text }) => /^\/.*\.conf$/.test(text));
}

/** The mount that brings a path: the file itself, or the closest folder above it. */
export function mountAt(container: Container, path: string): Mount | undefined {
  return container.mounts
    .filter(
      ({ target }) => path === target.text || path.startsWith(`${target.text.replace(/\/$/, "")}/`),
    )
    .toSorted((a, b) => b.target.text.length - a.target.text.length)[0];
}

/**
 * The instance whose file a container mounts: from its own folder on, else the nearest of those whose path
 * ends so.
 */
export function instanceOf<T extends RedisInstance | SentinelInstance>(
  container: Container,
  instances: readonly T[],
): T | undefined {
  const path = configPathOf(container)?.text;
  const mount = path === undefined ? undefined : mountAt(container, path);
  const source = mount?.source?.text;
  if (path === undefined || mount === undefined || source === undefined) return undefined;
  const wanted = posix.join(source, path.slice(mount.target.text.length));
  const beside = posix.join(folderOf(container.file), wanted);
  const fileOf = ({ config }: T): string => config?.file ?? "";
  const end = `/${wanted.replace(/^(?:\.\.?\/)+|^\//, "")}`;
  const named = instances.filter((one) => `/${fileOf(one)}`.endsWith(end));
  return named.find((one) => fileOf(one) === beside) ?? nearestTo(container.file, named, fileOf)[0];
}

/** Redis' and Valkey's own images are built with protected-mode no as their default. */
export function nodesOfOfficialImages(facts: Facts): ReadonlySet<RedisInstance> {
  const official = containersOf(facts).filter(({ image }) =>
    /^(?:docker\.io\/)?(?:library\/redis|redis|valkey\/valkey)(?:[:@]|$)/.test(image?.text ?? ""),
  );
  return new Set(official.flatMap((container) => instanceOf(container, facts.redis) ?? []));
}

/** `--sentinel announce-ip x`, or `--replica-announce-ip x` on the command line. */
export function hasOption({ command }: Container, pattern: RegExp): boolean {
  return command.some(({ text }) => pattern.test(text));
}
