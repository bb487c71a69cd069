// What becomes of a message that could not be sent: another attempt after a while, up to an end that is said.
import { ApiRefusal, textOf } from "../targets/api/refusal.ts";
import { TryLater } from "../targets/target.ts";
import { Undeliverable } from "./channel.ts";
import type { CourierOptions } from "./parts.ts";
import type { Tracked } from "./tracked.ts";

const ATTEMPTS_MAX = 8;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MOST_MS = 60_000;

/** The far side does not know, or not like, who asks. */
export const isDenied = ({ cause }: Error): boolean =>
  cause instanceof ApiRefusal && [401, 403, 404].includes(cause.status);

type FailureOptions = Pick<CourierOptions, "chance" | "clock" | "count" | "known" | "write">;

export class Failures {
  private readonly options: FailureOptions;
  private lastError: string | undefined;
  private groups: readonly string[] = [];

  constructor(options: FailureOptions) {
    this.options = options;
  }

  state(): { readonly lastError: string | undefined; readonly groups: readonly string[] } {
    return { lastError: this.lastError, groups: this.groups };
  }

  /** A message was sent. */
  forget(): void {
    this.lastError = undefined;
    this.groups = [];
  }

  /** Says when there is another attempt, in `dueMs`, or that there is none. */
  after(one: Tracked, as: string, error: Error): void {
    const { clock, count, chance } = this.options;
    one.attempts += 1;
    const nowMs = clock.monotonicMs();
    if (error instanceof Undeliverable || one.attempts >= ATTEMPTS_MAX) {
      one.gaveUpOn = `${as} ${one.episode?.gist ?? ""}`;
      one.attempts = 0;
      one.dueMs = nowMs;
      count("failed");
      this.tell(one, error, "given up");
      return;
    }
    count("retried");
    this.lastError = textOf(error);
    const ceilingMs = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** (one.attempts - 1));
    const waitMs = error instanceof TryLater ? error.afterMs : 0;
    one.dueMs = nowMs + waitMs + ceilingMs / 2 + (chance.random() * ceilingMs) / 2;
  }

  tell({ place, episode }: Tracked, error: Error, end: string): void {
    const { write, known } = this.options;
    this.lastError = textOf(error);
    const { group, id } = place;
    if (group !== "") this.groups = [...new Set([...this.groups, group])];
    const title = episode?.notice.title ?? id;
    const sentence = `channel ${known.plan.name}: ${end}: "${title}": ${this.lastError}`;
    write({ kind: "failed", group, sentence, facts: { notice: id } });
  }
}
