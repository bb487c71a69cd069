// Which Sentinel led a failover in which epoch, and who voted for whom, by what they say. Pure.
import { subjectOf } from "./events.ts";
import type { EventStream, SentinelEvent } from "./facts-events.ts";

export interface Vote {
  /** Its id. */
  readonly leader: string;
  readonly epoch: string;
}

/** Undefined for other events. */
export function voteIn({ name, text }: SentinelEvent): Vote | undefined {
  const [, leader, epoch] = /^(\S+) (\d{1,20})$/.exec(text) ?? [];
  if (name !== "+vote-for-leader" || leader === undefined || epoch === undefined) return undefined;
  return { leader, epoch };
}

/** What came of an attempt to be elected. */
export interface Attempt {
  readonly stream: EventStream;
  /** +elected-leader or -failover-abort-not-elected */
  readonly event: SentinelEvent;
  readonly group: string;
  /** Undefined when its beginning was not heard. */
  readonly epoch: string | undefined;
  /**
   * The same for all who want to lead this failover; clusters of the same name are told apart by their
   * primaries.
   */
  readonly key: string;
}

export const NOT_ELECTED = "-failover-abort-not-elected";

/** Those who were elected. */
export function leadsIn(stream: EventStream): readonly Attempt[] {
  return attemptsIn(stream).filter(
    ({ event, epoch }) => event.name === "+elected-leader" && epoch !== undefined,
  );
}

export function attemptsIn(stream: EventStream): readonly Attempt[] {
  const attempts: Attempt[] = [];
  /** By whom it is about. */
  const epochs = new Map<string, string>();
  let previous: SentinelEvent | undefined;
  for (const event of stream.events) {
    if (event.name === "+try-failover") {
      // The epoch of an attempt is said right before it; a later one may come from elsewhere.
      const epoch = previous?.name === "+new-epoch" ? previous.text : "";
      epochs.delete(event.text);
      if (/^\d{1,20}$/.test(epoch)) epochs.set(event.text, epoch);
    }
    const subject = subjectOf(event);
    if (subject?.type === "master" && ["+elected-leader", NOT_ELECTED].includes(event.name)) {
      const { group, name } = subject;
      const epoch = epochs.get(event.text);
      attempts.push({ stream, event, group, epoch, key: `${group} ${name} ${epoch ?? "?"}` });
    }
    previous = event;
  }
  return attempts;
}
