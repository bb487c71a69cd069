// Many ordinary clients of all kinds at once: starts their programs, reads what they tell, and ends them.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { slowness } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import type { Claim } from "./audit.ts";
import { type ClientKind, clientKinds } from "./kinds.ts";
import type { ClientLine } from "./lines.ts";

/** Of one kind, unpipelined and pipelined together. */
export interface KindTally {
  readonly kind: string;
  connections: number;
  acknowledged: number;
  errors: number;
  closed: number;
  longestGapMs: number;
  /** How often each was said, digits left out. */
  readonly messages: Map<string, number>;
}

export interface FleetOptions {
  readonly address: string;
  readonly port: number;
  readonly password: string;
  /** Connections in all, shared out evenly among the kinds. */
  readonly unpipelined: number;
  /** Connections whose requests are pipelines of 16. */
  readonly pipelined: number;
}

export interface Fleet {
  readonly tallies: readonly KindTally[];
  /** What was acknowledged and has not been taken yet, with the kind that told it. */
  takeClaims(): readonly (readonly [KindTally, Claim])[];
  /** Whether every kind has had a request acknowledged. */
  untilAllWrite(): Promise<void>;
  /** Ends all programs and reads their last words. @throws Error when one had to be killed, or failed */
  stop(): Promise<void>;
}

const DEPTH = 16;
/** A client may wait for an answer that never comes: its own timeout is 30 s. */
const LAST_WORDS_MS = 40_000;
const MESSAGES_MAX = 50;

interface Member {
  readonly tally: KindTally;
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
}

/** Of `total`, the share of the kind at `index`; the first ones get what does not divide. */
const shareOf = (total: number, index: number): number =>
  Math.floor(total / clientKinds.length) + (index < total % clientKinds.length ? 1 : 0);

function hear(line: ClientLine, tally: KindTally, claims: [KindTally, Claim][]): void {
  if (line.event === "acknowledged" || line.event === "counted") claims.push([tally, line]);
  if (line.event === "error") {
    tally.errors += 1;
    const message = line.message.trim().replaceAll(/\d+/g, "#");
    const { messages } = tally;
    if (messages.has(message) || messages.size < MESSAGES_MAX)
      messages.set(message, (messages.get(message) ?? 0) + 1);
  }
  if (line.event === "summary") {
    tally.acknowledged += line.acknowledged;
    tally.closed += line.closed;
    tally.longestGapMs = Math.max(tally.longestGapMs, line.longestGapMs);
  }
}

function startMember(
  { id, command: [program, ...first] }: ClientKind,
  args: readonly string[],
  password: string,
  onLine: (line: ClientLine) => void,
): Pick<Member, "child" | "ended"> {
  const env = { ...process.env, REDIS_PASSWORD: password };
  const child = spawn(program, [...first, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  let said = "";
  createInterface({ input: child.stdout }).on("line", (line) => onLine(JSON.parse(line) as ClientLine));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-2_000);
  });
  // Empty when it ended as it should.
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`${id}: ${error.message}`));
    child.once("close", (code, signal) =>
      resolve(code === 0 ? "" : `${id} ended with ${code ?? signal}: ${said.trim()}`),
    );
  });
  return { child, ended };
}

async function endMembers(members: readonly Member[]): Promise<void> {
  const late = setTimeout(() => {
    for (const { child } of members) child.kill("SIGKILL");
  }, LAST_WORDS_MS * slowness());
  for (const { child } of members) child.kill("SIGTERM");
  const said = await Promise.all(members.map(({ ended }) => ended));
  clearTimeout(late);
  const complaints = said.filter((one) => one !== "");
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
}

export function startFleet({ unpipelined, pipelined, password, ...place }: FleetOptions): Fleet {
  let claims: [KindTally, Claim][] = [];
  const begun = new Set<KindTally>();
  const tallies = clientKinds.map(
    ({ id }): KindTally => ({
      kind: id,
      connections: 0,
      acknowledged: 0,
      errors: 0,
      closed: 0,
      longestGapMs: 0,
      messages: new Map(),
    }),
  );
  const members = clientKinds.flatMap((kind, index): Member[] => {
    const tally = tallies[index];
    if (tally === undefined) return [];
    const crews = [
      { name: "single", depth: 1, connections: shareOf(unpipelined, index), pauseMs: 20 },
      { name: "deep", depth: DEPTH, connections: shareOf(pipelined, index), pauseMs: 100 },
    ].filter(({ connections }) => connections > 0);
    return crews.map(({ name, depth, connections, pauseMs }) => {
      tally.connections += connections;
      const where = ["--address", place.address, "--port", String(place.port)];
      const size = ["--connections", String(connections), "--pipeline", String(depth)];
      const rest = ["--pause-ms", String(pauseMs), "--prefix", `fleet:${kind.id}:${name}`];
      const onLine = (line: ClientLine) => {
        if (line.event === "acknowledged" || line.event === "counted") begun.add(tally);
        hear(line, tally, claims);
      };
      return { tally, ...startMember(kind, [...where, ...size, ...rest], password, onLine) };
    });
  });
  return {
    tallies,
    takeClaims() {
      const taken = claims;
      claims = [];
      return taken;
    },
    async untilAllWrite() {
      const look = () => {
        const idle = members.find(({ tally }) => !begun.has(tally));
        return idle === undefined ? seen(undefined) : missing(`an answer to ${idle.tally.kind}`);
      };
      await waitFor("every kind of client to write", look, { withinMs: 30_000 });
    },
    stop: () => endMembers(members),
  };
}
