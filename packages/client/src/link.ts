// Opens one connection and makes sure whose it is: nothing but the login and ROLE is sent before.
import { type LinkRole, publish } from "./channels.ts";
import { beforeDeadline, Deadline, monotonicMs } from "./deadline.ts";
import { loginWords, NEEDS_NO_LOGIN } from "./exchange.ts";
import { type Address, type Library, type LibraryConnection, textOf } from "./library.ts";
import { type Failed, judgeReplies, notDone } from "./outcome.ts";
import { withoutSecrets } from "./secrets.ts";
import type { Settings } from "./settings.ts";

/** A connection that is ready for commands, until it is lost or destroyed. */
export interface Link<C> {
  readonly address: Address;
  readonly native: C;
  isOpen(): boolean;
  /** The socket is gone when it returns. */
  destroy(reason: string): void;
}

export interface Opened<C> {
  readonly kind: "open";
  readonly link: Link<C>;
}

const WIRE_NAMES = { primary: "master", replica: "slave" } as const;

/** Why the node that said this is not to be used; undefined where it is what it should be. */
function doubtOf(role: unknown, wanted: "primary" | "replica"): string | undefined {
  const [said, , , state] = Array.isArray(role) ? (role as unknown[]) : [];
  if (said !== WIRE_NAMES[wanted]) return `says ${JSON.stringify(said)} of itself, and not ${wanted}`;
  if (wanted === "replica" && state !== "connected")
    return `is a replica that is ${JSON.stringify(state)}`;
  return undefined;
}

type Parts<C> = Pick<Settings<C>, "library" | "username" | "password" | "database">;

/** @returns what is wrong with it, undefined when it may be used. @throws the library's error */
async function introduce<C>(
  native: C,
  role: LinkRole,
  { library, username, password, database }: Parts<C>,
): Promise<Failed | undefined> {
  const send = async (words: readonly string[]): Promise<unknown> => await library.send(native, words);
  const hasLogin = password !== undefined && password !== "";
  // In one write: both are all that a node may hear that nobody has confirmed.
  const [login, said] = await Promise.allSettled([
    hasLogin ? send(loginWords(username, password)) : undefined,
    role === "router" ? undefined : send(["ROLE"]),
  ]);
  if (login.status === "rejected") {
    const text = refusalIn(library, login.reason);
    if (!NEEDS_NO_LOGIN.test(text)) return judgeReplies([withoutSecrets(text, [password])]);
  }
  if (said.status === "rejected") return judgeReplies([refusalIn(library, said.reason)]);
  const doubt = role === "router" ? undefined : doubtOf(said.value, role);
  if (doubt !== undefined) return notDone("no-primary", `the node ${doubt}`);
  if (database !== 0) await send(["SELECT", String(database)]);
  return undefined;
}

/** @throws the error itself where it is none of the server's */
function refusalIn<C>(library: Library<C>, error: unknown): string {
  const [text] = library.repliesIn(error) ?? [];
  if (text === undefined) throw error;
  return text;
}

function linkOf<C>(
  connection: LibraryConnection<C>,
  {
    address,
    role,
    client,
  }: { readonly address: Address; readonly role: LinkRole; readonly client: string },
): Link<C> {
  let isGone = false;
  const gone = (reason: string): void => {
    if (isGone) return;
    isGone = true;
    connection.destroy();
    publish("redis-baton:closed", { client, address: textOf(address), role, reason });
  };
  connection.onLost(() => gone("the connection was lost"));
  publish("redis-baton:connected", { client, address: textOf(address), role });
  return {
    address,
    native: connection.native,
    isOpen: () => !isGone && connection.isOpen(),
    destroy: gone,
  };
}

export interface LinkRequest {
  readonly address: Address;
  readonly role: LinkRole;
  readonly signal: AbortSignal;
}

/** Never rejects; bounded by the times of the settings. */
export async function openLink<C>(
  settings: Settings<C>,
  { address, role, signal }: LinkRequest,
): Promise<Opened<C> | Failed> {
  const { library, tls, connectTimeoutMs, commandTimeoutMs, name } = settings;
  const place = textOf(address);
  const connection = library.prepare({ address, tls, connectTimeoutMs });
  // A router holds a login, like every command, while there is no primary.
  const loginMs = role === "router" ? commandTimeoutMs : 0;
  const endMs = monotonicMs() + connectTimeoutMs;
  try {
    await beforeDeadline(connection.connect(), connectTimeoutMs, signal);
    const leftMs = Math.max(1, endMs - monotonicMs()) + loginMs;
    const wrong = await beforeDeadline(introduce(connection.native, role, settings), leftMs, signal);
    if (wrong === undefined)
      return { kind: "open", link: linkOf(connection, { address, role, client: name }) };
    connection.destroy();
    const { outcome } = wrong;
    return {
      ...wrong,
      outcome: { ...outcome, kind: "not-done", message: `${place}: ${outcome.message}` },
    };
  } catch (error) {
    connection.destroy();
    const reply = library.repliesIn(error);
    if (reply !== undefined) return judgeReplies(reply);
    const { message } = error as Error;
    const reason = error instanceof Deadline ? `${message} of connecting` : message;
    return notDone("no-connection", `${place}: ${withoutSecrets(reason, [settings.password])}`);
  }
}
