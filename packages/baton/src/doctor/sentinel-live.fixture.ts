// Answers of running Sentinels, as tests of rules need them.
import type { LiveSentinel, LiveView } from "./facts.ts";

interface Answers {
  readonly number?: number;
  readonly primary?: Readonly<Record<string, string>>;
  readonly sentinels?: readonly Readonly<Record<string, string>>[];
  readonly info?: Readonly<Record<string, string>>;
  readonly myId?: string;
}

/** A Sentinel on 10.0.0.<number> that watches main; healthy unless told otherwise. */
export function liveSentinel(answers: Answers = {}): LiveSentinel {
  const { number = 1, primary = {}, sentinels = [], info, myId } = answers;
  const view: LiveView = {
    primary: fields({
      name: "main",
      ip: "10.0.0.1",
      port: "6379",
      quorum: "2",
      "num-other-sentinels": "2",
      "num-slaves": "2",
      "down-after-milliseconds": "5000",
      "failover-timeout": "10000",
      "parallel-syncs": "1",
      ...primary,
    }),
    replicas: [],
    sentinels: sentinels.map(fields),
    checkQuorum: "OK 3 usable Sentinels. Quorum and failover authorization can be reached",
  };
  return {
    address: `10.0.0.${number}`,
    port: 26379,
    groups: new Map([["main", view]]),
    ...(info && { info: fields(info) }),
    ...(myId !== undefined && { myId }),
  };
}

function fields(record: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(record));
}
