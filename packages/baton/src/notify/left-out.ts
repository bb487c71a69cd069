// What a channel did not send because there was too much at once: told as one notice with their number.
import type { Episode } from "./episodes.ts";
import { idPart, linesOf, type Notice, titleOf, worst } from "./notice.ts";

const REMEMBERED_MAX = 512;
/** By then a storm mostly has said all that it has to say. */
const OPENS_MS = 10_000;

export class LeftOut {
  private readonly id: string;
  private readonly limit: string;
  private readonly notices = new Map<string, Notice>();
  private total = 0;
  private sinceMs: number | undefined;
  private startedAt = "";
  private last: Episode | undefined;

  constructor(host: string, limit: string) {
    this.id = `left-out-${idPart(host)}`;
    this.limit = limit;
  }

  count(): number {
    return this.notices.size;
  }

  add(key: string, notice: Notice): void {
    if (this.notices.has(key)) return;
    this.total += 1;
    if (this.notices.size < REMEMBERED_MAX) this.notices.set(key, notice);
  }

  /** As any group's episodes; undefined when nothing was left out. It ends when all that was left out has. */
  episodes(
    isOpen: (key: string) => boolean,
    nowMs: number,
    wallMs: number,
  ): readonly Episode[] | undefined {
    for (const key of this.notices.keys()) if (!isOpen(key)) this.notices.delete(key);
    if (this.notices.size === 0) return this.ended(nowMs, wallMs);
    if (this.sinceMs === undefined) {
      this.sinceMs = nowMs;
      this.startedAt = new Date(wallMs).toISOString();
    }
    const left = [...this.notices.values()];
    const notice: Notice = {
      id: this.id,
      group: "",
      kind: "problem",
      severity: worst(left.map(({ severity }) => severity)),
      state: "open",
      title: titleOf(`${this.total} more notices were left out: ${this.limit}`),
      lines: linesOf(left.map(({ title }) => title)),
      startedAt: this.startedAt,
      endedAt: null,
    };
    const times = { sinceMs: this.sinceMs, openFromMs: this.sinceMs + OPENS_MS };
    const end = { clearSinceMs: undefined, endedMs: undefined };
    this.last = { notice, gist: String(this.total), ...times, ...end };
    return [this.last];
  }

  private ended(nowMs: number, wallMs: number): readonly Episode[] | undefined {
    const { last } = this;
    if (last === undefined) return undefined;
    if (last.endedMs !== undefined) return [last];
    this.total = 0;
    this.sinceMs = undefined;
    const endedAt = new Date(wallMs).toISOString();
    this.last = { ...last, notice: { ...last.notice, state: "closed", endedAt }, endedMs: nowMs };
    return [this.last];
  }
}
