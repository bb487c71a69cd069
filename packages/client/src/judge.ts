// Which primary the Sentinels' answers add up to. Pure: no clock, no network.

export interface SentinelAddress {
  readonly host: string;
  readonly port: number;
}

/** What one Sentinel said. */
export type Answer =
  | {
      readonly kind: "named";
      readonly sentinel: SentinelAddress;
      readonly host: string;
      readonly port: number;
      /** Sentinel's config-epoch: grows with every failover. */
      readonly epoch: number;
    }
  | {
      readonly kind: "none";
      readonly sentinel: SentinelAddress;
      readonly reason: string;
      /** What it said instead, where it answered: `WRONGPASS ...`, `ERR No such master ...`. */
      readonly refusal?: string;
    };

export type Primary =
  | {
      readonly kind: "found";
      readonly host: string;
      readonly port: number;
      readonly epoch: number;
      /** Sentinels that named it, of those heard before the answer was certain. */
      readonly agreed: number;
      readonly asked: number;
    }
  | { readonly kind: "unclear"; readonly reason: string; readonly answers: readonly Answer[] };

interface Candidate {
  readonly host: string;
  readonly port: number;
  readonly epoch: number;
  votes: number;
}

/**
 * One Sentinel alone may be stale, or a stranger that uses the same group name: it takes two to be
 * believed.
 */
const votesNeeded = (asked: number): number => Math.min(2, asked);

function candidates(answers: readonly Answer[]): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const answer of answers) {
    if (answer.kind === "none") continue;
    const { host, port, epoch } = answer;
    const key = `${host} ${port} ${epoch}`;
    const candidate = found.get(key) ?? { host, port, epoch, votes: 0 };
    candidate.votes += 1;
    found.set(key, candidate);
  }
  return [...found.values()].sort((one, other) => other.epoch - one.epoch || other.votes - one.votes);
}

/**
 * The newest config-epoch that at least two of the asked Sentinels name (or the only one, when one was
 * asked). Two that name different primaries in that epoch leave it unclear.
 */
export function judge(answers: readonly Answer[], asked: number): Primary {
  const needed = votesNeeded(asked);
  const [first, second] = candidates(answers).filter(({ votes }) => votes >= needed);
  if (first === undefined) {
    const said = answers.map((answer) => `${text(answer.sentinel)} ${saying(answer)}`).join("; ");
    return { kind: "unclear", reason: `no ${needed} of ${asked} Sentinels agree: ${said}`, answers };
  }
  if (second !== undefined && second.epoch === first.epoch) {
    const reason = `the Sentinels name both ${text(first)} and ${text(second)} in epoch ${first.epoch}`;
    return { kind: "unclear", reason, answers };
  }
  const { host, port, epoch, votes } = first;
  return { kind: "found", host, port, epoch, agreed: votes, asked };
}

/** Whether the Sentinels that have not answered yet could still change the outcome. */
export function isSettled(answers: readonly Answer[], asked: number): boolean {
  const pending = asked - answers.length;
  if (pending === 0) return true;
  const outcome = judge(answers, asked);
  if (outcome.kind === "unclear") return false;
  const rivals = candidates(answers).filter(
    ({ host, port, epoch }) =>
      epoch >= outcome.epoch &&
      !(host === outcome.host && port === outcome.port && epoch === outcome.epoch),
  );
  const strongest = Math.max(0, ...rivals.map(({ votes }) => votes));
  return strongest + pending < votesNeeded(asked);
}

const text = ({ host, port }: SentinelAddress): string => `${host}:${port}`;
const saying = (answer: Answer): string =>
  answer.kind === "none" ? answer.reason : `names ${text(answer)} in epoch ${answer.epoch}`;
