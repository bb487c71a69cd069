// Puts systemd's files together, and finds the process that each unit starts.
import type { HostFacts, UnitFile } from "./facts.ts";
import { nearestTo } from "./near.ts";
import type { SourceText } from "./sources.ts";
import { baseName, folderOf, matchesGlob, plainName } from "./parse/shelf.ts";
import { parseDropIns, parseUnit, unitOfDropIn, unitValues } from "./parse/systemd.ts";

/**
 * Every unit with the drop-ins that lie beside it; drop-ins of a unit that is not here are one of their
 * own.
 */
export function unitsOf(files: readonly SourceText[]): readonly UnitFile[] {
  const units = files.filter(({ path }) => unitOfDropIn(path) === undefined);
  const dropIns = new Map<string, SourceText[]>();
  const owners = new Map<string, SourceText>();
  for (const unit of units) owners.set(`${folderOf(unit.path)}/${plainName(unit.path)}`, unit);
  const byName = new Map<string, readonly SourceText[]>();
  for (const unit of units) {
    const name = plainName(unit.path);
    byName.set(name, [...(byName.get(name) ?? []).slice(0, 1), unit]);
  }
  for (const file of files) {
    const name = unitOfDropIn(file.path);
    if (name === undefined) continue;
    const owner = ownerOf(file.path, name);
    const key = owner?.path ?? folderOf(file.path);
    const known = dropIns.get(key);
    if (known === undefined) dropIns.set(key, [file]);
    else known.push(file);
  }

  /** The unit beside the drop-in's folder, its template, or the only one of that name. */
  function ownerOf(path: string, name: string): SourceText | undefined {
    const beside = folderOf(folderOf(path));
    const template = name.replace(/@[^.]*\./, "@.");
    const near = owners.get(`${beside}/${name}`) ?? owners.get(`${beside}/${template}`);
    const named = byName.get(name) ?? byName.get(template) ?? [];
    return near ?? (named.length === 1 ? named[0] : undefined);
  }

  const whole = units.map((unit) => parseUnit(unit, dropIns.get(unit.path)));
  const paths = new Set(units.map(({ path }) => path));
  const lonely = [...dropIns].flatMap(([key, [first, ...rest]]) =>
    paths.has(key) || first === undefined ? [] : [parseDropIns([first, ...rest])],
  );
  return [...whole, ...lonely];
}

/** No path of a configuration is longer. */
const PATH_MAX = 500;

/** A process that a unit may start. */
export interface Startable {
  readonly kind: "redis" | "sentinel";
  /** Of its configuration. */
  readonly file: string;
  readonly host: HostFacts | undefined;
}

/**
 * For each of the processes the units that start it: those whose ExecStart names its file, and those
 * that are called like it where there is only one that they can mean.
 */
export function unitsByFile(
  units: readonly UnitFile[],
  processes: readonly Startable[],
  hostOf: (file: string) => HostFacts | undefined,
): ReadonlyMap<string, readonly UnitFile[]> {
  const found = new Map<string, UnitFile[]>();
  const ofKind = crowds(processes, ({ kind }) => kind);
  const byName = crowds(processes, ({ kind, file }) => `${kind} ${plainName(file)}`);
  for (const unit of units) {
    const kind = kindOf(unit);
    if (kind === undefined) continue;
    const host = hostOf(unit.file);
    const near = ofKind.get(kind)?.on(host) ?? [];
    const named = namedFiles(unit).flatMap((name) =>
      name.includes("*")
        ? near.filter(({ file }) => matchesGlob(plainName(file), name))
        : (byName.get(`${kind} ${name}`)?.on(host) ?? []),
    );
    const byPath = [...new Set(named)];
    // A unit that names no file, or one that lies under another name here, means the only one there is.
    const meant =
      byPath.length > 0
        ? nearestTo(unit.file, byPath, ({ file }) => file)
        : near.length === 1
          ? near
          : [];
    for (const { file } of meant) {
      const known = found.get(file);
      if (known === undefined) found.set(file, [unit]);
      else known.push(unit);
    }
  }
  return found;
}

/** Processes that have something in common, by their hosts: each host starts its own. */
class Crowd {
  readonly #all: Startable[] = [];
  readonly #byHost = new Map<HostFacts | undefined, Startable[]>();

  add(one: Startable): void {
    this.#all.push(one);
    const beside = this.#byHost.get(one.host);
    if (beside === undefined) this.#byHost.set(one.host, [one]);
    else beside.push(one);
  }

  /** Those that may be on it. */
  on(host: HostFacts | undefined): readonly Startable[] {
    if (host === undefined) return this.#all;
    return [...(this.#byHost.get(host) ?? []), ...(this.#byHost.get(undefined) ?? [])];
  }
}

function crowds(
  processes: readonly Startable[],
  keyOf: (one: Startable) => string,
): ReadonlyMap<string, Crowd> {
  const found = new Map<string, Crowd>();
  for (const one of processes) {
    const crowd = found.get(keyOf(one)) ?? new Crowd();
    crowd.add(one);
    found.set(keyOf(one), crowd);
  }
  return found;
}

/** By ExecStart, or by the unit's name where only drop-ins are here. */
function kindOf(unit: UnitFile): Startable["kind"] | undefined {
  const commands = unitValues(unit, "Service", "ExecStart").map(({ text }) => text);
  const said = commands.length > 0 ? commands.join(" ") : unit.name;
  if (!/redis|valkey|sentinel/i.test(`${said} ${unit.name}`)) return undefined;
  return /sentinel/i.test(said) ? "sentinel" : "redis";
}

/** Names of configurations in ExecStart, with "*" for what systemd fills in. */
function namedFiles(unit: UnitFile): readonly string[] {
  const commands = unitValues(unit, "Service", "ExecStart");
  const words = commands.flatMap(({ text }) => text.split(/\s+/).slice(0, 50));
  return words
    .filter((word) => /\.conf$|\.cfg$/.test(word))
    .map((word) => word.replace(/^["']|["']$/g, "").replace(/%[a-zA-Z]|\$\{?\w+\}?/g, "*"))
    .filter((path) => path.length <= PATH_MAX)
    .map(baseName);
}
