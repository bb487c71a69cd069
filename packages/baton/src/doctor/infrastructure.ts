// Reads everything around Redis, each file with the parser of its kind.
import type { Infrastructure, Script } from "./facts-infrastructure.ts";
import type { Malformed } from "./facts.ts";
import type { ReadScript } from "./code/scripts.ts";
import { parseAnsible } from "./parse/ansible.ts";
import { parseCompose } from "./parse/compose.ts";
import { parseHaproxy } from "./parse/haproxy.ts";
import { parseHelm } from "./parse/helm.ts";
import { parseInventory } from "./parse/inventory.ts";
import { plainName } from "./parse/shelf.ts";
import { parseSysctl } from "./parse/sysctl.ts";
import { parseTerraform } from "./parse/terraform.ts";
import type { FileKind } from "./recognise.ts";
import type { SourceText } from "./sources.ts";

/** `kinds` says of every file what it is; without a reader of scripts there are none. */
export function infrastructureFrom(
  files: readonly SourceText[],
  kindOf: (source: SourceText) => FileKind | undefined,
  readScript?: ReadScript,
): Infrastructure {
  const byKind = new Map<FileKind, SourceText[]>();
  for (const file of files) {
    const kind = kindOf(file);
    if (kind !== undefined) {
      const known = byKind.get(kind);
      if (known === undefined) {
        byKind.set(kind, [file]);
      } else {
        known.push(file);
      }
    }
  }
  const of = (kind: FileKind): readonly SourceText[] => byKind.get(kind) ?? [];
  return {
    ansible: of("ansible").map((file) => onlyOurs(file, parseAnsible(file))),
    inventory: of("inventory").map(parseInventory),
    compose: of("compose").map((file) => onlyOurs(file, parseCompose(file))),
    helm: of("helm").map((file) => onlyOurs(file, parseHelm(file))),
    haproxy: of("haproxy").map((file) => onlyOurs(file, parseHaproxy(file))),
    sysctl: of("sysctl").map(parseSysctl),
    terraform: of("terraform").map(parseTerraform),
    scripts:
      readScript === undefined
        ? []
        : [
            ...of("shell").flatMap((source) => scriptOf(readScript, source, "shell")),
            ...pythonScripts(byKind).flatMap((source) => scriptOf(readScript, source, "python")),
          ],
  };
}

/** What is wrong with a file that has nothing to do with Redis is not ours to say. */
function onlyOurs<T extends { readonly malformed: readonly Malformed[] }>(
  source: SourceText,
  read: T,
): T {
  const isOurs = /redis|valkey|sentinel/i.test(`${source.path} ${source.text}`);
  return isOurs ? read : { ...read, malformed: [] };
}

/** Python is mostly applications: only what Sentinel may start is read as a script. */
function pythonScripts(byKind: ReadonlyMap<FileKind, readonly SourceText[]>): readonly SourceText[] {
  const python = byKind.get("code-python") ?? [];
  const callers = [...(byKind.get("sentinel-conf") ?? []), ...(byKind.get("shell") ?? []), ...python];
  // Which files name a script: once for each name, as a repository has one script in many places.
  const namers = new Map<string, readonly SourceText[]>();
  return python.filter((source) => {
    const name = plainName(source.path);
    const naming = namers.get(name) ?? callers.filter(({ text }) => text.includes(name));
    namers.set(name, naming);
    const isNamed = naming.some((caller) => caller !== source);
    return isNamed || /reconfig|notification-script/.test(source.path + source.text);
  });
}

function scriptOf(readScript: ReadScript, source: SourceText, language: Script["language"]): Script[] {
  const script = readScript(source, language);
  return typeof script === "string" ? [] : [script];
}
