// The inventory: how each host is reached, and what the role puts there.
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { sshWay } from "../../cluster/ssh-way.ts";
import type { Host, Layout } from "../../cluster/types.ts";
import { redisPlaces, SENTINEL, SETTINGS_FOLDER, STATE_FOLDER } from "../host/places.ts";

/** One rendered file with its access. */
export interface PlacedFile {
  /** In the folder rendered into. */
  readonly file: string;
  readonly host: string | undefined;
  /** On the host. */
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: number;
  readonly text: string;
}

const modeText = (mode: number): string => `0${mode.toString(8)}`;

function reached(host: Host) {
  const { address, port, user, becomesRoot } = sshWay(host);
  return {
    ansible_host: address,
    ...(port === undefined ? {} : { ansible_port: port }),
    ...(user === undefined ? {} : { ansible_user: user }),
    ...(becomesRoot ? { ansible_become: true } : {}),
  };
}

interface Folder {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  /** As `look.sh` prints it. */
  readonly access: string;
}

const UNIT_FOLDER = /^\/etc\/systemd\/system\/.+/;

function foldersOf(
  layout: Layout,
  { name, runs }: Host,
  files: readonly PlacedFile[],
): readonly Folder[] {
  const folder = (path: string, owner: string, group: string, mode: string): Folder => {
    return { path, owner, group, mode, access: `access ${path} ${owner} ${group} ${mode}` };
  };
  const parents = files.map(({ path }) => posix.dirname(path)).filter((path) => UNIT_FOLDER.test(path));
  const groups = layout.groups.filter(({ nodes }) => nodes.some(({ host }) => host === name));
  return [
    folder("/opt/baton", "root", "root", "0755"),
    folder(SETTINGS_FOLDER, "root", "root", "0755"),
    folder(`${SETTINGS_FOLDER}/redis`, "root", "root", "0755"),
    folder(`${SETTINGS_FOLDER}/secrets`, "root", "root", "0755"),
    folder(STATE_FOLDER, "baton", "baton", "0750"),
    ...groups.map((group) => folder(redisPlaces(group.name).dataDirectory, "redis", "redis", "0750")),
    ...[...new Set(parents)].map((path) => folder(path, "root", "root", "0755")),
    ...(runs.includes("sentinel") ? [folder(SENTINEL.dataDirectory, "redis", "redis", "0750")] : []),
  ];
}

function fileOf({ file, path, owner, group, mode, text }: PlacedFile) {
  const sha256 = createHash("sha256").update(text).digest("hex");
  return {
    source: file,
    path,
    owner,
    group,
    mode: modeText(mode),
    // As `look.sh` prints them, so that one look tells what differs.
    hash: `hash ${sha256}  ${path}`,
    access: `access ${path} ${owner} ${group} ${modeText(mode)}`,
  };
}

function hostVariables(layout: Layout, host: Host, files: readonly PlacedFile[]) {
  const own = files.filter((file) => file.host === host.name);
  const runsRedis = layout.groups.some(({ nodes }) => nodes.some((node) => node.host === host.name));
  const hasFirewall = own.some(({ path }) => path.endsWith(".nft"));
  return {
    ...reached(host),
    baton_redis: runsRedis,
    baton_packages: [
      ...(runsRedis ? ["redis-server"] : []),
      ...(host.runs.includes("sentinel") ? ["redis-sentinel"] : []),
      ...(hasFirewall ? ["nftables"] : []),
    ],
    baton_firewall: hasFirewall,
    baton_folders: foldersOf(layout, host, own),
    baton_files: own.map(fileOf),
  };
}

/** JSON is YAML, too: one line a value, and one an entry of a list, as people read it. */
function valueLines(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return [`      ${name}: ${JSON.stringify(value)}`];
  return [`      ${name}:`, ...value.map((entry) => `        - ${JSON.stringify(entry)}`)];
}

/** By host of the cluster file; the group is called so that no host has its name by chance. */
export function inventoryText(layout: Layout, files: readonly PlacedFile[]): string {
  const { hosts } = layout.cluster;
  const judge = hosts.find(({ runs }) => runs.includes("agent")) ?? hosts[0];
  const hostLines = hosts.flatMap((host) => [
    `    ${JSON.stringify(host.name)}:`,
    ...Object.entries(hostVariables(layout, host, files)).flatMap(([name, value]) =>
      valueLines(name, value),
    ),
  ]);
  return [
    "# Written by Baton from the cluster file.",
    "baton_hosts:",
    "  vars:",
    `    baton_groups: ${JSON.stringify(layout.groups.map(({ name }) => name))}`,
    `    baton_judge: ${JSON.stringify(judge?.name)}`,
    "  hosts:",
    ...hostLines,
    "",
  ].join("\n");
}
