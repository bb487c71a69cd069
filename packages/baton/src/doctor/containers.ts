// Which containers run Sentinel or Redis, and where their configuration comes from.
import type { Facts, RedisInstance, SentinelInstance, Word } from "./facts.ts";
import type { Container, Mount } from "./facts-infrastructure.ts";

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
  const isImage = texts.length === 0 && /(^|\/)(redis|valkey):/.test(image?.text ?? "");
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

/** The instance whose file a container mounts, by the end of its path. */
export function instanceOf<T extends RedisInstance | SentinelInstance>(
  container: Container,
  instances: readonly T[],
): T | undefined {
  const path = configPathOf(container)?.text;
  const mount = path === undefined ? undefined : mountAt(container, path);
  const source = (mount?.source?.text ?? "").replace(/^\.\//, "");
  const rest = path?.slice(mount?.target.text.length ?? 0) ?? "";
  const wanted = `${source.replace(/\/$/, "")}${rest}`;
  return source === ""
    ? undefined
    : instances.find(({ config }) => `/${config?.file ?? ""}`.endsWith(`/${wanted}`));
}

/** `--sentinel announce-ip x`, or `--replica-announce-ip x` on the command line. */
export function hasOption({ command }: Container, pattern: RegExp): boolean {
  return command.some(({ text }) => pattern.test(text));
}
