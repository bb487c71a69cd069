// Speaks the drill's line protocol with a drill-client, and keeps the account of what it acknowledged.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Said {
  readonly kind: string;
  readonly id?: number;
  readonly error?: string;
  readonly reason?: string;
  readonly name?: string;
  readonly last?: number | null;
  readonly address?: string;
}

export interface DrillSpeaker {
  readonly child: ChildProcess;
  /** Its first line: `ready` or `unable`. */
  readonly ready: Said;
  /** The next answer to this question; what it says by itself meanwhile goes to `aside`. */
  ask(kind: "write" | "read"): Promise<Said>;
  readonly aside: readonly Said[];
  /** Ids that were acknowledged, in order, and what became of the others. */
  readonly acknowledged: readonly number[];
  readonly failures: readonly Said[];
  /** All that it has written, standard error included. */
  output(): string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** @returns its exit code, and how long it took to end */
  stop(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
}

const OWN_WORDS = new Set(["closed", "primary"]);

export async function startDrillSpeaker(
  command: readonly string[],
  request: Readonly<Record<string, unknown>>,
): Promise<DrillSpeaker> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const [aside, acknowledged, failures]: [Said[], number[], Said[]] = [[], [], []];
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const say = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
  const heard = async (): Promise<Said> => {
    for (;;) {
      const line = (await lines.next()) as IteratorResult<string, undefined>;
      if (line.value === undefined) throw new Error(`the drill-client has ended: ${output}`);
      output += `${line.value}\n`;
      const said = JSON.parse(line.value) as Said;
      if (!OWN_WORDS.has(said.kind)) return said;
      aside.push(said);
    }
  };
  let id = 0;
  say({ kind: "open", ...request });
  return {
    child,
    ready: await heard(),
    aside,
    acknowledged,
    failures,
    ended,
    output: () => output,
    async ask(kind) {
      id += 1;
      say({ kind, id });
      const said = await heard();
      if (said.id !== id) throw new Error(`asked ${id}, and was answered ${JSON.stringify(said)}`);
      if (kind === "write" && said.kind === "done") acknowledged.push(id);
      if (said.kind !== "done" && said.kind !== "value") failures.push(said);
      return said;
    },
    async stop() {
      const startMs = performance.now();
      say({ kind: "stop" });
      return { code: await ended, tookMs: performance.now() - startMs };
    },
  };
}
