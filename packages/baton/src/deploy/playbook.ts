// Runs ansible-playbook, passes on what it says, and makes out how it ended.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { BatonError } from "../errors.ts";

export interface HostResult {
  readonly host: string;
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
}

export interface PlaybookResult {
  /** Of the hosts that were part of it. */
  readonly hosts: readonly HostResult[];
  /** Host and task of each failure, as clauses. */
  readonly failures: readonly string[];
  readonly status: number;
}

const RECAP = /^(\S+)\s*: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/;
const TASK = /^TASK \[(.*?)\] \*/;
/** A task that goes through a list says which item it failed at. */
const FATAL = /^(?:fatal|failed): \[([^\]]+)\](?:: (UNREACHABLE|FAILED)!| \(item=(.*)\) =>)?/;
/** Time to end its connections in order. */
const END_MS = 10_000;
const FAILURES_MAX = 20;

/** Line by line. Pure but for what it remembers. */
export class PlaybookReader {
  private readonly hosts: HostResult[] = [];
  private readonly failures: string[] = [];
  private task = "";

  read(line: string): void {
    const [, task] = TASK.exec(line) ?? [];
    if (task !== undefined) this.task = task.replace(/^baton : /, "");
    const fatal = FATAL.exec(line);
    if (fatal !== null && this.failures.length < FAILURES_MAX) {
      const [, host, how, item] = fatal;
      const what = how === "UNREACHABLE" ? "cannot be reached" : "failed";
      this.failures.push(`${host}: ${what} (${this.task}${item === undefined ? "" : `: ${item}`})`);
    }
    const recap = RECAP.exec(line);
    if (recap === null) return;
    const [, host = "", ...counts] = recap;
    const [ok = 0, changed = 0, unreachable = 0, failed = 0] = counts.map(Number);
    this.hosts.push({ host, ok, changed, unreachable, failed });
  }

  result(status: number): PlaybookResult {
    return { hosts: this.hosts, failures: this.failures, status };
  }
}

/** Ansible ends well, too, when it has found nothing to do anything on. @returns clauses */
export function leftOut(hosts: readonly HostResult[], wanted: readonly string[]): readonly string[] {
  return wanted
    .filter((name) => !hosts.some(({ host }) => host === name))
    .map((name) => `${name}: Ansible did nothing there, and does not say why`);
}

export interface PlaybookOptions {
  /** Where site.yml and ansible.cfg are. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly tell: (line: string) => void;
}

/**
 * A failed playbook is an answer. Interrupted, it is given 10 s to end: every task is whole in itself, and
 * the next run goes on from there.
 * @throws BatonError BINARY_MISSING; the signal's reason
 */
export async function runPlaybook(
  { folder, args, environment, tell }: PlaybookOptions,
  signal: AbortSignal,
): Promise<PlaybookResult> {
  signal.throwIfAborted();
  const reader = new PlaybookReader();
  const child = spawn("ansible-playbook", ["site.yml", ...args], {
    cwd: folder,
    env: { ...environment, ANSIBLE_CONFIG: `${folder}/ansible.cfg`, ANSIBLE_NOCOLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    // Of its own group: Ctrl-C comes from here, once.
    detached: true,
  });
  const kill = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // ESRCH: it has ended.
    }
  };
  let force: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    kill("SIGINT");
    force = setTimeout(() => kill("SIGKILL"), END_MS);
  };
  signal.addEventListener("abort", interrupt, { once: true });
  const listen = (stream: NodeJS.ReadableStream): void => {
    createInterface({ input: stream }).on("line", (line) => {
      reader.read(line);
      tell(line);
    });
  };
  listen(child.stdout);
  listen(child.stderr);
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once("error", (cause) => {
        const why = "ansible-playbook cannot be run: sudo apt-get install ansible-core";
        reject(new BatonError("BINARY_MISSING", why, { cause }));
      });
      child.once("close", (code) => resolve(code ?? 1));
    });
    signal.throwIfAborted();
    return reader.result(status);
  } finally {
    clearTimeout(force);
    signal.removeEventListener("abort", interrupt);
  }
}
