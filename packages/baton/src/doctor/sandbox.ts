// What the sandbox of a systemd unit lets its process write.
import type { UnitFile, Word } from "./facts.ts";
import { listOf, valueOf } from "./service.ts";

/** The folder of an absolute path. */
export function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, "") || "/";
}

const MADE_BY_SYSTEMD: readonly (readonly [key: string, parent: string])[] = [
  ["RuntimeDirectory", "/run"],
  ["StateDirectory", "/var/lib"],
  ["CacheDirectory", "/var/cache"],
  ["LogsDirectory", "/var/log"],
  ["ConfigurationDirectory", "/etc"],
];

const READ_ONLY: Readonly<Record<string, readonly string[]>> = {
  yes: ["/usr", "/boot", "/efi"],
  full: ["/usr", "/boot", "/efi", "/etc"],
  strict: ["/"],
};

/**
 * Whether the sandbox of a unit lets it write below `path`, an absolute one. Says nothing of owners and
 * modes. Undefined when a placeholder or a specifier of systemd may decide.
 */
export function letsWrite(unit: UnitFile, path: string): boolean | undefined {
  if (/[%{$<]/.test(path)) return undefined;
  const closed = closedPaths(unit);
  const open = openPaths(unit);
  const wanted = plain(path);
  const longest = (paths: readonly string[]): number =>
    Math.max(-1, ...paths.filter((one) => isBelow(wanted, one)).map((one) => one.length));
  const closest = longest(closed);
  if (closest < 0 || longest(open) >= closest) return true;
  return open.some((one) => /[%{$<]/.test(one)) ? undefined : false;
}

/** The word that takes the right to write away, to point at. */
export function sandboxOf(unit: UnitFile): Word | undefined {
  return (
    valueOf(unit, "ProtectSystem") ??
    listOf(unit, ["ReadOnlyPaths", "ReadOnlyDirectories", "InaccessiblePaths"]).at(0) ??
    valueOf(unit, "DynamicUser")
  );
}

function closedPaths(unit: UnitFile): readonly string[] {
  const level = isOn(valueOf(unit, "DynamicUser")) ? "strict" : protection(unit);
  const named = listOf(unit, ["ReadOnlyPaths", "ReadOnlyDirectories", "InaccessiblePaths"]);
  const home = valueOf(unit, "ProtectHome")?.text.toLowerCase();
  const isHomeClosed = home !== undefined && !["no", "false", "off", "0"].includes(home);
  return [
    ...(READ_ONLY[level] ?? []),
    ...(isHomeClosed ? ["/home", "/root", "/run/user"] : []),
    ...named.map(({ text }) => plain(text)),
  ];
}

function openPaths(unit: UnitFile): readonly string[] {
  const named = listOf(unit, ["ReadWritePaths", "ReadWriteDirectories", "BindPaths"]);
  const made = MADE_BY_SYSTEMD.flatMap(([key, parent]) =>
    listOf(unit, [key]).map(({ text }) => `${parent}/${text.split(":")[0] ?? ""}`),
  );
  const temporary = isOn(valueOf(unit, "PrivateTmp")) ? ["/tmp", "/var/tmp"] : [];
  // BindPaths=SOURCE:TARGET opens the target.
  const paths = named.map(({ text }) => plain(text.split(":")[1] ?? text));
  return [...paths, ...made, ...temporary, "/dev", "/proc", "/sys"];
}

function protection(unit: UnitFile): string {
  const value = valueOf(unit, "ProtectSystem")?.text.toLowerCase() ?? "no";
  return ["true", "on", "1"].includes(value) ? "yes" : value;
}

export function isOn(word: Word | undefined): boolean {
  return word !== undefined && ["yes", "true", "on", "1"].includes(word.text.toLowerCase());
}

/** Without the prefixes of systemd, and with the one name that /run has. */
export function plain(path: string): string {
  const bare = path.replace(/^[-+!]+/, "").replace(/\/+$/, "");
  return bare === "" ? "/" : bare.replace(/^\/var\/run(?=\/|$)/, "/run");
}

export function isBelow(path: string, folder: string): boolean {
  return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}
