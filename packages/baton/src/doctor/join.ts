// Joins what was read and what was answered into one picture: files into processes, processes into
// groups.
import { clientsFrom } from "./code/clients/index.ts";
import { heardIn } from "./events.ts";
import type {
  Facts,
  HostFacts,
  LiveRedis,
  LiveSentinel,
  RedisConfig,
  SentinelConfig,
  UnitFile,
  Version,
} from "./facts.ts";
import { infrastructureFrom } from "./infrastructure.ts";
import { groupsOf } from "./join-groups.ts";
import type { Hosts } from "./join-hosts.ts";
import { hostsOf, hostsOfLayout } from "./join-hosts.ts";
import { key, keysOf } from "./join-keys.ts";
import { unitsByFile, unitsOf } from "./join-units.ts";
import { packagedVersions, versionOfAnswer, versionOfHeader } from "./join-versions.ts";
import { parseRedisConf } from "./parse/redis-conf.ts";
import { parseSentinelConf } from "./parse/sentinel-conf.ts";
import { shelfOf } from "./parse/shelf.ts";
import type { FileKind } from "./recognise.ts";
import { kindOf } from "./recognise.ts";
import type { Process } from "./settings.ts";
import { isAnyInterface, isLoopback, networkAddresses } from "./settings.ts";
import type { Sources, SourceText } from "./sources.ts";

/** Pure; never throws for what the sources hold. */
export function factsFrom(sources: Sources): Facts {
  const { files, layout, live } = sources;
  const kinds = new Map<SourceText, FileKind | undefined>(files.map((file) => [file, kindOf(file)]));
  const infrastructure = infrastructureFrom(files, (file) => kinds.get(file), sources.readScript);
  const configs = configsOf(files, kinds);
  const named = [
    ...hostsOfLayout(layout),
    ...infrastructure.inventory.flatMap(({ machines }) => machines),
  ];
  const hosts = hostsOf(
    configs.map((config) => ({ file: config.file, addresses: networkAddresses(asProcess(config)) })),
    named,
    liveAddresses(sources),
  );
  const units = unitsOf(files.filter((file) => kinds.get(file) === "systemd-unit"));
  const started = unitsByFile(
    units,
    configs.map(({ kind, file }) => ({
      kind: kind === "redis-conf" ? "redis" : "sentinel",
      file,
      host: hosts.of(file),
    })),
    hosts.named,
  );
  const texts = new Map(files.map((file) => [file.path, file.text]));
  const packaged = packagedVersions(infrastructure);
  const context: Context = {
    hosts,
    unitsOf: (file) => started.get(file) ?? [],
    versionOf: (file) => versionOfHeader(file, texts.get(file) ?? "") ?? packaged(file),
  };
  const redis = instancesOf<RedisConfig, LiveRedis>(configs.filter(isRedis), live?.redis ?? [], context);
  const sentinels = instancesOf<SentinelConfig, LiveSentinel>(
    configs.filter((config) => !isRedis(config)),
    live?.sentinels ?? [],
    context,
  );
  return {
    clients: clientsFrom(sources),
    heard: heardIn(sources),
    ...infrastructure,
    redis,
    sentinels,
    groups: groupsOf(sentinels, redis, layout),
    hosts: hosts.all,
    units,
    policy: sources.policy ?? {},
  };
}

type Config = RedisConfig | SentinelConfig;

function asProcess(config: Config): Process {
  return isRedis(config) ? { config } : { config };
}

/** One a process: files that another one includes are part of that one. */
function configsOf(
  files: readonly SourceText[],
  kinds: ReadonlyMap<SourceText, FileKind | undefined>,
): readonly Config[] {
  const shelf = shelfOf(files);
  const read = files.flatMap((file): readonly (Config & { readonly parts: ReadonlySet<string> })[] => {
    const kind = kinds.get(file);
    if (kind === "redis-conf") return [parseRedisConf(file, shelf)];
    return kind === "sentinel-conf" ? [parseSentinelConf(file, shelf)] : [];
  });
  const parts = new Map(read.map((config) => [config.file, config.parts]));
  const included = new Set<string>();
  for (const { file, parts: own } of read) {
    // Of two that include each other the first one is the process.
    for (const part of own) if (parts.get(part)?.has(file) !== true || file < part) included.add(part);
  }
  return read.filter(({ file }) => !included.has(file));
}

function isRedis(config: Config): config is RedisConfig {
  return config.kind === "redis-conf";
}

interface Context {
  readonly hosts: Hosts;
  readonly unitsOf: (file: string) => readonly UnitFile[];
  readonly versionOf: (file: string) => Version | undefined;
}

interface Instance<C, L> {
  readonly name: string;
  readonly config?: C;
  readonly live?: L;
  readonly host?: HostFacts;
  readonly units: readonly UnitFile[];
  readonly version?: Version;
}

/** Files first, each with the answer of the process at its address; then processes without a file. */
function instancesOf<C extends Config, L extends LiveRedis | LiveSentinel>(
  configs: readonly C[],
  answers: readonly L[],
  context: Context,
): readonly Instance<C, L>[] {
  const byKey = new Map(answers.map((live) => [key(live.address, live.port), live]));
  const written = configs.map((config) => {
    const { file } = config;
    const host = context.hosts.of(file);
    const version = context.versionOf(file);
    const instance: Instance<C, L> = {
      name: file,
      config,
      units: context.unitsOf(file),
      ...(host && { host }),
      ...(version && { version }),
    };
    const match = keysOf(instance as Process).find((one) => byKey.has(one));
    const live = match === undefined ? undefined : byKey.get(match);
    if (match !== undefined) byKey.delete(match);
    return live === undefined ? instance : withAnswer(instance, live);
  });
  const silentOnDisk = [...byKey.values()].map((live) => {
    const host = context.hosts.at(live.address);
    const name = key(live.address, live.port);
    return withAnswer<C, L>({ name, units: [], ...(host && { host }) }, live);
  });
  return [...written, ...silentOnDisk];
}

function withAnswer<C, L extends LiveRedis | LiveSentinel>(
  instance: Instance<C, L>,
  live: L,
): Instance<C, L> {
  const version = versionOfAnswer(live) ?? instance.version;
  return { ...instance, live, ...(version && { version }) };
}

function liveAddresses({ live }: Sources): readonly string[] {
  const addresses = [...(live?.redis ?? []), ...(live?.sentinels ?? [])].map(({ address }) => address);
  return addresses.filter((address) => !isLoopback(address) && !isAnyInterface(address));
}
