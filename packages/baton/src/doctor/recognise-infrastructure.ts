// Tells the files around Redis from each other, by their names and by what they say at their beginning.
import type { FileKind } from "./recognise.ts";

/**
 * `name` is that of the file without the ending of a template. Undefined for everything that is none of
 * these.
 */
export function infrastructureKindOf(path: string, name: string, head: string): FileKind | undefined {
  if (/\.tf(?:\.json)?$/.test(name)) return "terraform";
  if (/haproxy.*\.(?:cfg|conf)$|\.haproxy$/.test(name) || isHaproxy(name, head)) return "haproxy";
  if (isSysctl(path, name)) return "sysctl";
  if (/\.ya?ml$/.test(name)) return yamlKindOf(`/${path}`, name, head);
  return isInventory(`/${path}`, name, head) ? "inventory" : undefined;
}

/** What sysctl --system reads, and templates of it. */
function isSysctl(path: string, name: string): boolean {
  return name === "sysctl.conf" || (name.endsWith(".conf") && /(?:^|\/)sysctl\.d\/[^/]*$/.test(path));
}

function isHaproxy(name: string, head: string): boolean {
  const hasSection = /^(?:backend|frontend|listen)[ \t]+\S/m.test(head);
  return /\.(?:cfg|conf)/.test(name) && hasSection && /^[ \t]+(?:server|bind|mode)[ \t]/m.test(head);
}

function yamlKindOf(path: string, name: string, head: string): FileKind | undefined {
  const has = (pattern: RegExp): boolean => pattern.test(head);
  if (has(/^objectives:/m) && has(/^hosts:/m)) return "cluster-file";
  if (/^(?:docker-)?compose.*\.ya?ml$/.test(name)) return "compose";
  if (has(/^services:[ \t]*\r?$/m) && has(/^[ \t]+image:/m)) return "compose";
  const isManifest = has(/^[ \t]*kind:[ \t]*\w/m) && has(/^[ \t]*apiVersion:/m);
  if (isManifest || /^(?:values.*|.*-values)\.ya?ml$/.test(name)) return "helm";
  const isVariables = /\/(?:group|host)_vars\//.test(path);
  if (!isVariables && isYamlInventory(path, name, head)) return "inventory";
  const isAnsibleFolder =
    isVariables || /\/(?:tasks|handlers|defaults|vars|playbooks?|roles)\//.test(path);
  const isPlay =
    has(/^[ \t]*(?:-[ \t]*)?hosts:[ \t]*\S/m) &&
    has(/^[ \t]*(?:-[ \t]*)?(?:tasks|roles|handlers|pre_tasks):/m);
  return isAnsibleFolder || isPlay || (has(/^[ \t]*-[ \t]+name:/m) && has(MODULE))
    ? "ansible"
    : undefined;
}

const MODULE = new RegExp(
  "^[ \\t]+(?:[\\w.]{1,60}\\.)?" +
    "(?:template|apt|copy|service|systemd|lineinfile|command|shell|file|package|ufw):",
  "m",
);

function isYamlInventory(path: string, name: string, head: string): boolean {
  const hasHosts = /^[ \t]+(?:hosts|children):/m.test(head);
  if (/^all:[ \t]*\r?$/m.test(head) && hasHosts) return true;
  return hasHosts && (/^(?:hosts|inventory)/.test(name) || /\/inventor(?:y|ies)\//.test(path));
}

/** In the form of an INI file. */
function isInventory(path: string, name: string, head: string): boolean {
  const hasVariables = /\bansible_\w{1,40}[ \t]*=/.test(head);
  if (/\/inventor(?:y|ies)\//.test(path) || /^(?:hosts|inventory)(?:\.ini|\.cfg)?$/.test(name)) {
    return hasVariables || /^[ \t]*\[[^\]\n]{1,200}\][ \t]*\r?$/m.test(head);
  }
  return hasVariables && /\.ini$|^[^.]+$/.test(name);
}
