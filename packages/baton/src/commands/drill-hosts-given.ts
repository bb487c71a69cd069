// The options of a drill on the hosts of a deployment, and the name that a person has to type before it.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { printable, quoted } from "../cluster/text.ts";
import { expectationOf, type Fault } from "../drill/fault.ts";
import { BatonError } from "../errors.ts";
import type { Context, Given, OptionSpec } from "./command.ts";
import { textAsked } from "./doctor-asked.ts";
import { dashed, numberOf } from "./drill-given.ts";

export const hostsOptions: readonly OptionSpec[] = [
  {
    flags: "--on <place>",
    summary: "production: break the hosts of --file themselves, over SSH; see docs/drills.md",
    choices: ["production"],
  },
  {
    flags: "--confirm <name>",
    summary: "with --on: the name of the cluster, for scripts; on a terminal it is asked for",
  },
  {
    flags: "--dry-run",
    summary: "with --on: look at the hosts, say what would be done, and do nothing",
  },
  {
    flags: "--abort-after <seconds>",
    summary: "with --on: cure at once after so long without writes; three times rto by default",
  },
  { flags: "--ssh-config <path>", summary: "with --on: as for `ssh -F`" },
];

export interface HostsAsked {
  readonly file: string;
  readonly confirm: string | undefined;
  readonly isDryRun: boolean;
  /** Undefined: by the rto. */
  readonly abortAfterMs: number | undefined;
  readonly sshConfig: string | undefined;
}

const NEEDS_ON = ["confirm", "dryRun", "abortAfter", "sshConfig"] as const;

/** undefined: a drill in a lab. @throws BatonError USAGE */
export function hostsAsked(given: Given, fault: Fault): HostsAsked | undefined {
  if (given["on"] === undefined) {
    const alone = NEEDS_ON.find((name) => given[name] !== undefined);
    if (alone === undefined) return undefined;
    throw new BatonError("USAGE", `${dashed(alone)} is for drills on hosts: it needs --on production`);
  }
  const file = textAsked(given, "file");
  if (file === undefined)
    throw new BatonError(
      "USAGE",
      "--on production needs the cluster file of the deployment: --file FILE",
    );
  for (const name of ["name", "engine"] as const)
    if (given[name] !== undefined)
      throw new BatonError("USAGE", `--${name} is about labs, and --on production about hosts`);
  if (given["fence"] === false)
    throw new BatonError(
      "USAGE",
      "--no-fence needs a lab of its own: the agents of hosts stay as they are",
    );
  if (fault.needs.includes("lab") || fault.needs.includes("delays"))
    throw new BatonError("USAGE", `the fault ${fault.id} is for labs only: see docs/drills.md`);
  const isLimited = given["abortAfter"] !== undefined;
  return {
    file,
    confirm: textAsked(given, "confirm"),
    isDryRun: given["dryRun"] === true,
    abortAfterMs: isLimited ? 1_000 * numberOf(given, "abortAfter", 1, 600) : undefined,
    sshConfig: textAsked(given, "sshConfig"),
  };
}

/** Three times what is promised; where a pause is wanted, also the whole of it. */
export function usualLimitMs(rtoMs: number, fault: Fault): number {
  const pauseMs = expectationOf(fault) === "pause" ? (fault.cureAfterMs ?? 0) + rtoMs : 0;
  return Math.max(3 * rtoMs, pauseMs);
}

/** The next line; an empty one where the input has ended. */
async function asked(question: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(question);
  // Without a terminal's own keys: Ctrl-C is the signal that it is everywhere else.
  const lines = createInterface({ input: process.stdin, terminal: false });
  const settled = new AbortController();
  const until = { signal: AbortSignal.any([signal, settled.signal]) };
  const ended = once(lines, "close", until).then(() => [""]);
  try {
    const [line] = await Promise.race([once(lines, "line", until), ended]);
    return String(line);
  } finally {
    ended.catch(() => undefined);
    settled.abort();
    lines.close();
  }
}

/**
 * Nobody breaks a cluster that serves by a line from the history of a shell.
 * @throws BatonError USAGE when the name is another one, or nobody can be asked
 */
export async function confirmName(
  name: string,
  { confirm, isDryRun }: HostsAsked,
  { signal }: Context,
): Promise<void> {
  if (isDryRun) return;
  const expected = `expected the name of the cluster, ${name}; nothing was touched`;
  if (confirm === undefined && !process.stdin.isTTY)
    throw new BatonError(
      "USAGE",
      `--on production without a terminal needs --confirm NAME: ${expected}`,
    );
  const typed =
    confirm ??
    (await asked(`This breaks hosts that serve. Type the cluster's name (${name}): `, signal));
  if (typed.trim() !== name)
    throw new BatonError("USAGE", `${quoted(printable(typed.trim()))}: ${expected}`);
}
