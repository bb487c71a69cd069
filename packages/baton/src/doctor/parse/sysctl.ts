// Reads sysctl.conf and the files of sysctl.d: one kernel setting a line.
import type { SysctlFile } from "../facts-infrastructure.ts";
import type { SourceText } from "../sources.ts";
import { holdsPlaceholder } from "./jinja.ts";

/** Never throws; lines that set nothing are passed over, as sysctl does. */
export function parseSysctl(source: SourceText): SysctlFile {
  const settings: SysctlFile["settings"][number][] = [];
  for (const [index, line] of source.text.split("\n").entries()) {
    const at = line.indexOf("=");
    // A dash in front says that a failure does not matter.
    const key = line.slice(0, Math.max(at, 0)).trim().replace(/^-/, "").trim();
    if (!/^[\w./*-]+$/.test(key)) continue;
    const rest = line.slice(at + 1);
    const text = rest.trim();
    const column = at + 2 + (rest.length - rest.trimStart().length);
    const place = { file: source.path, line: index + 1, column };
    settings.push({ name: withDots(key), value: { text, place, isUnknown: holdsPlaceholder(text) } });
  }
  return { file: source.path, settings };
}

/** net/core/somaxconn is net.core.somaxconn; the first separator says which of both is meant. */
function withDots(key: string): string {
  const isPath = /^[^./]*\//.test(key);
  return isPath ? key.replaceAll("/", ".") : key;
}
