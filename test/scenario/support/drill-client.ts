// A recipe's drill-client from a test's point of view: it is told what to do, and asked for its next answer.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { root } from "../../repo/run.ts";

type Line = Readonly<Record<string, unknown>> & { readonly kind: string };

export interface DrillClient {
  readonly child: ChildProcess;
  /** Sends an order and waits for its answer; what it says on its own meanwhile is kept in `events`. */
  ask(order: Line): Promise<Line>;
  /** Ids that were acknowledged, in their order. */
  readonly acknowledged: readonly number[];
  /** Every `closed` and `primary` so far. */
  readonly events: readonly Line[];
  /** One write with the next id, and how long it took. */
  write(): Promise<{ readonly answer: Line; readonly tookMs: number }>;
  /** Everything on standard output and standard error. */
  output(): string;
  /** Sends `stop`; its exit code, and after how many milliseconds. */
  stop(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
  kill(): void;
}

const EVENTS = new Set(["closed", "primary"]);

/** Writes until one is done: all other answers on the way, and the longest call. */
export async function untilDone(client: DrillClient) {
  const others: Line[] = [];
  let longestMs = 0;
  const look = async () => {
    const { answer, tookMs } = await client.write();
    longestMs = Math.max(longestMs, tookMs);
    if (answer.kind === "done") return seen({ others, longestMs });
    others.push(answer);
    return missing(JSON.stringify(answer));
  };
  return await waitFor("a write that is done", look, { withinMs: 20_000, everyMs: 1 });
}

/** Once it has ended by itself. */
export async function exitCode({ child }: DrillClient, withinMs: number): Promise<number> {
  const look = () => (child.exitCode === null ? missing("its end") : seen(child.exitCode));
  return await waitFor("the client to end", look, { withinMs });
}

/** Opens clients with what they have in common, and ends all that are left. */
export class DrillClients {
  private readonly common: object;
  private readonly started: DrillClient[] = [];
  private keys = 0;

  constructor(common: object) {
    this.common = common;
  }

  /** Each writes to a key of its own. `more`: what differs in the order to open. */
  async open(recipe: string, more: object = {}, flags: readonly string[] = []) {
    const client = startDrillClient(recipe, ...flags);
    this.started.push(client);
    this.keys += 1;
    const key = `drill:${recipe}:${this.keys}`;
    const ready = await client.ask({ kind: "open", retryForMs: 10_000, ...this.common, key, ...more });
    return { client, key, ready };
  }

  endAll(): void {
    for (const client of this.started.splice(0)) client.kill();
  }
}

/** `folder` is that of a recipe below clients/. */
function startDrillClient(folder: string, ...flags: readonly string[]): DrillClient {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(join(root, "clients", folder, "drill-client"), flags, { env });
  const answers: Line[] = [];
  const events: Line[] = [];
  const acknowledged: number[] = [];
  let text = "";
  let nextId = 1;
  createInterface({ input: child.stdout }).on("line", (line) => {
    text += `${line}\n`;
    const said = JSON.parse(line) as Line;
    (EVENTS.has(said.kind) ? events : answers).push(said);
  });
  child.stderr.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  // It may be gone when an order is sent; then there is no answer, and the question says so.
  child.stdin.on("error", () => undefined);
  const ended = once(child, "exit") as Promise<[number | null]>;
  const send = (order: Line): void => void child.stdin.write(`${JSON.stringify(order)}\n`);
  const ask = async (order: Line): Promise<Line> => {
    send(order);
    const look = () => {
      const answer = answers.shift();
      return answer === undefined ? missing(`an answer of ${folder}: ${text}`) : seen(answer);
    };
    return await waitFor(`${folder} to answer ${order.kind}`, look, { withinMs: 15_000, everyMs: 2 });
  };
  const write = async () => {
    const id = nextId++;
    const start = performance.now();
    const answer = await ask({ kind: "write", id });
    if (answer.kind === "done") acknowledged.push(id);
    return { answer, tookMs: performance.now() - start };
  };
  return {
    child,
    ask,
    acknowledged,
    events,
    write,
    output: () => text,
    async stop() {
      const start = performance.now();
      send({ kind: "stop" });
      const [code] = await ended;
      return { code, tookMs: performance.now() - start };
    },
    kill: () => void child.kill("SIGKILL"),
  };
}
