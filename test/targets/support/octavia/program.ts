// A program of Python's in the root file system of Octavia: started, asked for its port, and ended for good.
import { type ChildProcess, spawn } from "node:child_process";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { PATH } from "../../../scenario/support/hosts/command.ts";

export interface Program {
  readonly port: number;
  close(): Promise<void>;
}

/** The first imports compile hundreds of modules. */
const START_MS = 180_000;
const SAID_CHARACTERS_MAX = 4_000;

/** Inside of them, so none of this machine's. */
const ENVIRONMENT = { PATH, HOME: "/root", LC_ALL: "C.UTF-8", PYTHONWARNINGS: "ignore" };

const portIn = (line: string): number => (JSON.parse(line) as { readonly port: number }).port;

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}

/** @throws Error with what it said, when it ends or does not name its port in time. */
export async function startProgram(root: string, args: readonly string[]): Promise<Program> {
  const child = spawn("chroot", [root, "/usr/bin/python3", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: ENVIRONMENT,
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = "";
  let complained = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (said += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complained = (complained + text).slice(-SAID_CHARACTERS_MAX);
  });
  const over = new AbortController();
  child.once("close", (status) => {
    over.abort(new Error(`${args.join(" ")} has ended with ${status}: ${complained}`));
  });
  const look = () => {
    const [line, rest] = said.split("\n");
    const isSaid = line !== undefined && rest !== undefined;
    return isSaid ? seen(portIn(line)) : missing(`its port; it says ${complained}`);
  };
  try {
    const options = { withinMs: START_MS, signal: over.signal };
    const port = await waitFor(args.join(" "), look, options);
    return { port, close: () => end(child, ended) };
  } catch (error) {
    await end(child, ended);
    throw error;
  }
}
