// One look at the agent: asks for status and journal, and folds what came, or did not, into what the
// page knows.
import { heardJournal, heardStatus, type Live, missedJournal, missedStatus } from "./live.ts";
import { readJournal, readStatus } from "./status.ts";

export interface Agent {
  /**
   * The parsed JSON at the path. Must settle within a bounded time; an Error's message is shown to the
   * reader.
   */
  ask(path: string): Promise<unknown>;
  /** Monotonic milliseconds. */
  nowMs(): number;
}

type Answer<T> =
  | { readonly kind: "heard"; readonly value: T }
  | { readonly kind: "missed"; readonly why: string };

async function answer<T>(asked: Promise<unknown>, read: (value: unknown) => T): Promise<Answer<T>> {
  try {
    return { kind: "heard", value: read(await asked) };
  } catch (error) {
    return { kind: "missed", why: error instanceof Error ? error.message : String(error) };
  }
}

/** Never rejects: what goes wrong becomes a sentence on the page. */
export async function look(live: Live, agent: Agent): Promise<Live> {
  const [status, journal] = await Promise.all([
    answer(agent.ask("status"), readStatus),
    answer(agent.ask("journal?limit=50"), readJournal),
  ]);
  const withStatus =
    status.kind === "heard"
      ? heardStatus(live, status.value, agent.nowMs())
      : missedStatus(live, status.why);
  return journal.kind === "heard"
    ? heardJournal(withStatus, journal.value)
    : missedJournal(withStatus, journal.why);
}
