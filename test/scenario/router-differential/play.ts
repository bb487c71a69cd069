// Plays scenes against a server, by whatever way leads to it, and keeps every byte of the answers.
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { LIMITED, PASSWORD } from "./scenes-manners.ts";
import type { Actor, Scene, Step } from "./script.ts";
import { multibulk, openSession, type Session, untilBlocked } from "./wire.ts";

/** What came for each step, in order; `failure` when an answer never came: the rest was not played. */
export interface Played {
  readonly answers: readonly Buffer[];
  readonly failure: string | undefined;
}

const OK = Buffer.from("+OK\r\n");

async function tell(session: Session, commands: readonly (readonly string[])[]): Promise<void> {
  for (const command of commands) {
    await session.send(Buffer.from(multibulk(command)), []);
    await session.takeUntil(OK);
  }
}

/** The connection that looks after the server, past every router. */
export async function openControl(server: Endpoint): Promise<Session> {
  const control = await openSession(server);
  await tell(control, [
    ["AUTH", PASSWORD],
    ["ACL", "SETUSER", LIMITED, "on", `>${LIMITED}`, "~s*", "+@connection", "+get", "+set"],
  ]);
  return control;
}

/** The client's id is the one thing in HELLO that two sessions cannot have in common. */
const withoutId = (answer: Buffer): Buffer =>
  Buffer.from(answer.toString("latin1").replaceAll(/(\$2\r\nid\r\n):\d+/g, "$1:0"), "latin1");

const reduced = ({ compare }: Step, answer: Buffer): Buffer =>
  compare === "kind" ? answer.subarray(0, 1) : compare === "bytes" ? answer : withoutId(answer);

class Stage {
  private readonly sessions = new Map<Actor, Session>();
  private readonly to: Endpoint;
  private readonly control: Session;

  constructor(to: Endpoint, control: Session) {
    this.to = to;
    this.control = control;
  }

  async play(step: Step): Promise<Buffer> {
    const session = await this.session(step.actor);
    await session.send(step.bytes, step.chunks);
    if (step.until === "closed") return await session.takeUntilClosed();
    if (typeof step.until !== "number") return reduced(step, await session.takeUntil(step.until));
    await untilBlocked(this.control, step.until);
    return Buffer.alloc(0);
  }

  close(): void {
    for (const session of this.sessions.values()) session.close();
  }

  private async session(actor: Actor): Promise<Session> {
    const present = this.sessions.get(actor);
    if (present !== undefined && !present.isClosed) return present;
    const session = await openSession(this.to);
    this.sessions.set(actor, session);
    await tell(session, [["AUTH", PASSWORD]]);
    return session;
  }
}

/** Nothing of what was played before is left: data, scripts, functions, and what is known of keys. */
const CLEAN = [
  ["FLUSHALL", "SYNC"],
  ["SCRIPT", "FLUSH", "SYNC"],
  ["FUNCTION", "FLUSH", "SYNC"],
];

export async function play(scenes: readonly Scene[], to: Endpoint, control: Session): Promise<Played> {
  await tell(control, CLEAN);
  const stage = new Stage(to, control);
  const answers: Buffer[] = [];
  try {
    for (const { steps } of scenes) for (const step of steps) answers.push(await stage.play(step));
    return { answers, failure: undefined };
  } catch (error) {
    return { answers, failure: (error as Error).message };
  } finally {
    stage.close();
    // A session that was blocked must not be counted with the next play's.
    await untilBlocked(control, 0);
  }
}
