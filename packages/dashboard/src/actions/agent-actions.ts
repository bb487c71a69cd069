// The requests that change something: how they are sent, and how every answer, refusal and silence is told.
import {
  type Answer,
  readRefusal,
  readSwitchover,
  type Refusal,
  type SwitchoverAnswer,
} from "../wire/answers.ts";

export interface SwitchoverRequest {
  readonly group: string;
  /** Host of the next primary; undefined leaves the choice to the agent. */
  readonly to: string | undefined;
  /** True: look and touch nothing. */
  readonly isDryRun: boolean;
}

/** None of them rejects: what goes wrong is a refusal with a code and a hint. */
export interface AgentActions {
  switchover(request: SwitchoverRequest, token: string): Promise<Answer<SwitchoverAnswer>>;
  pause(
    request: { readonly group: string; readonly forMs: number },
    token: string,
  ): Promise<Answer<null>>;
  resume(request: { readonly group: string }, token: string): Promise<Answer<null>>;
}

export type Send = (path: string, init: RequestInit) => Promise<Response>;

/** In the memory of this page and nowhere else; gone with it. */
export interface Token {
  readonly text: string;
  change(text: string): void;
}

const LOOK_MS = 20_000;
/** A switchover has deadlines of its own; this is for an agent that does not answer at all. */
const SWITCHOVER_MS = 120_000;
const CHARACTERS_MAX = 1_000_000;

const refused = (
  code: string,
  message: string,
  hint: string,
): { kind: "refused"; refusal: Refusal } => ({
  kind: "refused",
  refusal: { code, message, hint },
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalFrom(status: number, text: string): Refusal {
  try {
    return readRefusal(parsed(text));
  } catch {
    const hint = "it may be of another version; the command line does the same";
    return { code: `HTTP ${status}`, message: `the agent answered ${status}`, hint };
  }
}

interface Sent<T> {
  readonly path: string;
  readonly body: unknown;
  readonly token: string;
  readonly withinMs: number;
  read(value: unknown): T;
}

async function post<T>(send: Send, { path, body, token, withinMs, read }: Sent<T>) {
  if (!/^[\x21-\x7e]+$/u.test(token))
    return refused("UNAUTHORIZED", "a token has no blanks and only plain characters", "type it again");
  let status: number;
  let text: string;
  try {
    const response = await send(path, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(withinMs),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = "whether the agent did it is not known: the page shows what is";
    return refused("NO_ANSWER", `the agent did not answer: ${why}`, hint);
  }
  if (status !== 200) return { kind: "refused" as const, refusal: refusalFrom(status, text) };
  try {
    if (text.length > CHARACTERS_MAX) throw new Error(`it has ${text.length} characters`);
    return { kind: "done" as const, value: read(parsed(text)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused("ANSWER", `the agent's answer cannot be read: ${why}`, "the page shows what is");
  }
}

/** `send` is the browser's own `fetch`. */
export function actionsOver(send: Send): AgentActions {
  const nothing = () => null;
  return {
    switchover({ group, to, isDryRun }, token) {
      const body = { group, ...(to === undefined ? {} : { to }), ...(isDryRun ? { isDryRun } : {}) };
      const withinMs = isDryRun ? LOOK_MS : SWITCHOVER_MS;
      return post(send, { path: "api/switchover", body, token, withinMs, read: readSwitchover });
    },
    pause: (body, token) =>
      post(send, { path: "api/pause", body, token, withinMs: LOOK_MS, read: nothing }),
    resume: (body, token) =>
      post(send, { path: "api/resume", body, token, withinMs: LOOK_MS, read: nothing }),
  };
}
