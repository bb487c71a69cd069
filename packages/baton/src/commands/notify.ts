// baton notify: what a Sentinel's scripts call to wake the agent on the same host; it only says "look".
import { WAKE_PATH } from "../agent/wake-socket.ts";
import { EXIT } from "../errors.ts";
import { askLocal } from "../sys/unix-http.ts";
import type { Command, Context } from "./command.ts";

/** A Sentinel runs at most 16 scripts at a time: one that hangs would keep others from being run. */
const WITHIN_MS = 500;

/** What Sentinel's two kinds of scripts are given. */
const RECONFIG_WORDS = 7;
const NOTIFICATION_WORDS = 2;
const RECONFIG = "<group> <role> <state> <from-ip> <from-port> <to-ip> <to-port>";

/** A sentence on what is wrong; undefined for the words of one of Sentinel's scripts. */
export function judgeWords(words: readonly string[]): string | undefined {
  if (words.length === NOTIFICATION_WORDS) return undefined;
  if (words.length !== RECONFIG_WORDS) {
    return `expected ${RECONFIG} or <event> <description>, found ${words.length} words`;
  }
  const [, role = "", , , fromPort, , toPort] = words;
  const arePorts = [fromPort, toPort].every((port) => /^\d{1,5}$/.test(port ?? ""));
  if (["leader", "observer"].includes(role) && arePorts) return undefined;
  return `expected ${RECONFIG}, found ${JSON.stringify(words.join(" ")).slice(0, 200)}`;
}

async function wake(
  words: readonly string[],
  socket: unknown,
  { signal }: Context,
): Promise<string | undefined> {
  const problem = judgeWords(words);
  if (problem !== undefined) return problem;
  if (typeof socket !== "string") return "--socket and BATON_WAKE_SOCKET are both missing";
  // Neither the epoch nor a majority stands behind the words: the agent asks the Sentinels itself.
  const { status } = await askLocal(
    socket,
    { method: "POST", path: WAKE_PATH },
    { withinMs: WITHIN_MS, signal },
  );
  return status === 200 ? undefined : `${socket} answered ${status}: no agent listens there`;
}

export const notify: Command = {
  id: "notify",
  summary: "wake the agent on this host; for Sentinel's client-reconfig-script and notification-script",
  examples: [
    {
      line: 'exec baton notify --socket /run/baton/wake.sock "$@"',
      remark: "a whole script for sentinel.conf",
    },
    {
      line: "baton notify test --file cluster.yml",
      remark: "a command of its own: a message by every channel; `notify list` shows them",
    },
  ],
  arguments: [{ name: "[words...]", summary: "what Sentinel gives its scripts, as it is" }],
  options: [
    { flags: "--socket <path>", summary: "the agent's --socket; without it: $BATON_WAKE_SOCKET" },
  ],
  isHook: true,
  async run({ socket }, context, words = []) {
    const place = socket ?? context.environment["BATON_WAKE_SOCKET"];
    const problem = await wake(words, place, context).catch((error: unknown) => {
      return error instanceof Error ? error.message : String(error);
    });
    if (problem !== undefined) context.terminal.note(`baton notify: ${problem}`);
    // Sentinel would run it again and again, up to ten times, and the agent looks by itself anyway.
    return EXIT.fine;
  },
};
