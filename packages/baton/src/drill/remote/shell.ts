// Runs scripts on the hosts of a deployment by the system's ssh, which knows this user's keys and known
// hosts.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sshWay } from "../../cluster/ssh-way.ts";
import type { Host } from "../../cluster/types.ts";
import { BatonError } from "../../errors.ts";
import { slowness, systemClock } from "../../sys/clock.ts";
import { DONE } from "./scripts.ts";

export interface Ran {
  readonly stdout: string;
  /** Monotonic moment at which the line DONE arrived. */
  readonly doneMs: number;
}

export interface Shells {
  /**
   * As root of the host. An interrupted drill still has to cure, so nothing but the deadline ends it.
   * @throws BatonError UNREACHABLE when ssh did not get there, UNABLE when the script failed, NOT_READY when
   *   it took too long, BINARY_MISSING without ssh
   */
  run(host: Host, script: string, withinMs: number): Promise<Ran>;
  close(): Promise<void>;
}

const OUTPUT_CHARACTERS_MAX = 64 * 1024;
/** ssh's own status when it could not do what it was to do. */
const SSH_FAILED = 255;
/** A connection stays open so long for the next script, also when nobody is left to close it. */
const PERSIST_SECONDS = 60;
const CLOSE_MS = 5_000;

interface Way {
  readonly options: readonly string[];
  readonly destination: string;
  readonly command: string;
}

/** `folder` has a short path: a socket's has 107 bytes at most. */
function wayTo(host: Host, folder: string, index: number, config: string | undefined): Way {
  const { address, port, user, becomesRoot } = sshWay(host);
  // % begins one of ssh's own words there.
  const socket = join(folder, String(index)).replaceAll("%", "%%");
  const settings = [
    "BatchMode=yes",
    "ConnectTimeout=5",
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
    "ControlMaster=auto",
    `ControlPersist=${PERSIST_SECONDS}`,
    `ControlPath=${socket}`,
  ];
  return {
    options: [
      ...(config === undefined ? [] : ["-F", config]),
      "-T",
      ...settings.flatMap((setting) => ["-o", setting]),
      ...(port === undefined ? [] : ["-p", String(port)]),
    ],
    destination: user === undefined ? address : `${user}@${address}`,
    command: becomesRoot ? "sudo -n sh -s" : "sh -s",
  };
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.slice(0, 300) ?? "";

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly doneMs: number | undefined;
}

async function ssh(args: readonly string[], input: string, withinMs: number): Promise<Ended> {
  // A group of its own: Ctrl-C is meant for the drill, and a cure must outlive it.
  const child = spawn("ssh", args, {
    detached: true,
    stdio: "pipe",
    timeout: withinMs,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  let doneMs: number | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout = (stdout + text).slice(-OUTPUT_CHARACTERS_MAX);
    if (doneMs === undefined && stdout.includes(DONE)) doneMs = systemClock.monotonicMs();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-OUTPUT_CHARACTERS_MAX);
  });
  // It may end without having read its input: its status tells what matters.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  // Not its "close": an older ssh that stays behind for the next script keeps standard error open.
  const heard = new Promise<void>((resolve) => child.stdout.once("close", () => resolve()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) => {
      reject(new BatonError("BINARY_MISSING", `ssh cannot be started: ${cause.message}`, { cause }));
    });
    child.once("exit", (code) => resolve(code));
  });
  await heard;
  return { status, stdout, stderr, doneMs };
}

/** @throws BatonError DISK when no folder can be made for the sockets of the connections. */
export async function openShells(
  hosts: readonly Host[],
  { config }: { readonly config: string | undefined },
): Promise<Shells> {
  const folder = await mkdtemp(join(tmpdir(), "bd-ssh-"));
  const ways = new Map(hosts.map((host, index) => [host.name, wayTo(host, folder, index, config)]));
  const used = new Set<Way>();
  return {
    async run(host, script, withinMs) {
      const way = ways.get(host.name) ?? wayTo(host, folder, ways.size, config);
      used.add(way);
      const limitMs = withinMs * slowness();
      const args = [...way.options, "--", way.destination, way.command];
      const { status, stdout, stderr, doneMs } = await ssh(args, script, limitMs);
      const said = lastLine(stderr);
      if (status === SSH_FAILED) throw new BatonError("UNREACHABLE", `${host.name}: ssh: ${said}`);
      if (status === null)
        throw new BatonError(
          "NOT_READY",
          `${host.name}: no answer over ssh within ${limitMs} ms: ${said}`,
        );
      if (status !== 0 || doneMs === undefined)
        throw new BatonError("UNABLE", `${host.name}: the script ended with ${status}: ${said}`);
      return { stdout, doneMs };
    },
    async close() {
      const ends = [...used].map(async ({ options, destination }) => {
        await ssh([...options, "-O", "exit", "--", destination], "", CLOSE_MS).catch(() => undefined);
      });
      await Promise.all(ends);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
