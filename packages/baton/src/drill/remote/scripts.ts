// What is done on a host, as lines of a shell script: fixed words, names of units, numbers and addresses, and
// nothing that anybody typed. Pure.
import { assert } from "../../errors.ts";
import { TABLE, tableText } from "./cuts.ts";

/** What a host does at once when it is told, and nothing of it outlives a restart of the machine. */
export type HostDeed =
  /** SIGKILL; systemd must not start it again, and neither may anybody else. */
  | { readonly kind: "kill"; readonly units: readonly string[] }
  /** As `systemctl stop` does it; resolved when it has ended. */
  | { readonly kind: "terminate"; readonly units: readonly string[] }
  | { readonly kind: "stop"; readonly units: readonly string[] }
  | { readonly kind: "cont"; readonly units: readonly string[] }
  | { readonly kind: "start"; readonly units: readonly string[] }
  | { readonly kind: "cut"; readonly rules: readonly string[] }
  | { readonly kind: "heal" };

/** The unit that cures a host by itself when nobody has done so before. */
const SWITCH = "baton-drill-cure";
/** Last of all drop-ins, so that it has the last word. */
const DROP_IN = "zz-baton-drill.conf";

/** A line that says when the deed was done. */
export const DONE = "baton-drill-done";

/** Its words: gone with a restart of the machine, as all the rest. */
const CURE = "/run/baton-drill-cure.sh";

/** Nothing here depends on whose shell it is. */
const PATH = "export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin";

function folderOf(unit: string): string {
  assert(/^[A-Za-z0-9@.-]+\.service$/.test(unit), `"${unit}" is no unit of Baton's`);
  return `/run/systemd/system/${unit}.d`;
}

const fileOf = (unit: string): string => `${folderOf(unit)}/${DROP_IN}`;

const named = (units: readonly string[]): string => {
  assert(units.length > 0, "a deed is done to a unit");
  return units.join(" ");
};

/** It may be killed and stays so: systemd does not start it again, and skips every start by others. */
function holdDown(units: readonly string[]): readonly string[] {
  const words = "'[Unit]' 'ConditionPathExists=/nonexistent' '[Service]' 'Restart=no'";
  return [
    ...units.flatMap((unit) => [
      `mkdir -p ${folderOf(unit)}`,
      `printf '%s\\n' ${words} > ${fileOf(unit)}`,
    ]),
    "systemctl daemon-reload",
  ];
}

const letUp = (units: readonly string[]): readonly string[] => [
  `rm -f ${units.map(fileOf).join(" ")}`,
  "systemctl daemon-reload",
];

const signal = (name: string, units: readonly string[]): string =>
  `systemctl kill --signal=${name} ${named(units)}`;

const start = (units: readonly string[]): string => `systemctl start --no-block ${named(units)}`;

const done = `echo ${DONE}`;

/** Without the head and without the switch. */
export function deedLines(deed: HostDeed): readonly string[] {
  switch (deed.kind) {
    case "kill":
      return [...holdDown(deed.units), signal("SIGKILL", deed.units), done];
    case "terminate":
      // The second waits for what the first has begun.
      return [
        `systemctl stop --no-block ${named(deed.units)}`,
        done,
        `systemctl stop ${named(deed.units)}`,
      ];
    case "stop":
      return [signal("SIGSTOP", deed.units), done];
    case "cont":
      return [signal("SIGCONT", deed.units), done];
    case "start":
      return [...letUp(deed.units), start(deed.units), done];
    case "cut":
      return ["nft -f - <<'END'", ...tableText(deed.rules), "END", done];
    case "heal":
      return [`nft delete table ${TABLE}`, done];
  }
}

/** Brings everything of Baton's on this host back, whatever a drill has done to it. Every line is tried. */
const cureLines = (units: readonly string[]): readonly string[] => [
  PATH,
  ...letUp(units),
  `nft delete table ${TABLE} 2>/dev/null`,
  signal("SIGCONT", units),
  start(units),
  `rm -f ${CURE}`,
];

/**
 * A dead man's switch: from now on the host cures itself after so many seconds, unless somebody has done it
 * before. One that waits already is left as it is. The cure is a file: what a transient unit is told word by
 * word does not outlive a reload of systemd unharmed.
 */
export function armLines(units: readonly string[], afterSeconds: number): readonly string[] {
  assert(Number.isInteger(afterSeconds) && afterSeconds > 0, "a switch waits for whole seconds");
  const run = `systemd-run --quiet --collect --unit=${SWITCH} --on-active=${afterSeconds}s`;
  const precise = "--timer-property=AccuracySec=500ms";
  return [
    `if ! systemctl is-active --quiet ${SWITCH}.timer; then`,
    `cat > ${CURE} <<'CURE'`,
    ...cureLines(units),
    "CURE",
    `${run} ${precise} /bin/sh ${CURE}`,
    "fi",
  ];
}

/** The cure, and the switch is taken back: in this order. */
export const cureScript = (units: readonly string[]): string =>
  [...cureLines(units), `systemctl stop ${SWITCH}.timer`, done, ""].join("\n");

export const deedScript = (arm: readonly string[], deed: HostDeed): string =>
  ["set -e", PATH, ...arm, ...deedLines(deed), ""].join("\n");

/** Lines that `seenIn` understands; nothing is changed. */
export const lookScript = (units: readonly string[]): string =>
  [
    PATH,
    'echo "user $(id -u)"',
    "if command -v systemd-run >/dev/null; then echo systemd; fi",
    "if command -v nft >/dev/null; then echo nft; fi",
    ...units.map((unit) => `echo "unit ${unit} $(systemctl is-active ${unit})"`),
    ...units.map((unit) => `if test -e ${fileOf(unit)}; then echo "left ${fileOf(unit)}"; fi`),
    `if nft list table ${TABLE} >/dev/null 2>&1; then echo "left table ${TABLE}"; fi`,
    `if systemctl is-active --quiet ${SWITCH}.timer; then echo "left ${SWITCH}.timer"; fi`,
    `echo ${DONE}`,
    "",
  ].join("\n");

export interface HostSeen {
  readonly isRoot: boolean;
  readonly hasSystemd: boolean;
  readonly hasNft: boolean;
  /** "redis-server@main.service is failed" */
  readonly down: readonly string[];
  /** What an earlier drill has left. */
  readonly left: readonly string[];
}

export function seenIn(output: string): HostSeen {
  const lines = output.split("\n");
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  return {
    isRoot: after("user")[0] === "0",
    hasSystemd: lines.includes("systemd"),
    hasNft: lines.includes("nft"),
    down: after("unit")
      .filter((text) => !text.endsWith(" active"))
      .map((text) => text.replace(" ", " is ")),
    left: after("left"),
  };
}
