// All notices of one agent: what the turns of all groups show becomes episodes, and a courier for each
// channel tells people of them, in turns with the other agents.
import { randomUUID } from "node:crypto";
import type { ChannelPlan, SecretReference } from "../cluster/types.ts";
import type { Clock } from "../sys/clock.ts";
import { openPacers } from "../targets/api/pacer.ts";
import { adopted } from "./adopt.ts";
import type { ChannelKind } from "./channel.ts";
import { Courier } from "./courier.ts";
import { episodesAfter, type GroupEpisodes, noEpisodes } from "./episodes.ts";
import { memoryKey, type NoticeMemory, openNoticeMemory } from "./memory.ts";
import type { Notes } from "./notes.ts";
import { type NoticeRecord, type Told, toldIn, toldText } from "./record.ts";
import { knownChannels } from "./settings.ts";
import type { Sight } from "./sight.ts";
import type { ChannelState, NoticeNews, Outcome } from "./state.ts";

export interface NoticeEngine {
  /** To be called after every turn of a group's loop. Returns at once. */
  see(sight: Sight): void;
  /** What another agent has published. */
  hear(message: string): void;
  state(): readonly ChannelState[];
  /** Ends running attempts; what is open stays open, and another agent, or the next process, goes on. */
  close(): Promise<void>;
}

export interface NoticeOptions {
  readonly plans: readonly ChannelPlan[];
  /** The cluster's name. */
  readonly cluster: string;
  readonly host: string;
  /** Hosts that run an agent, in the order of the cluster file: that of their turns. */
  readonly agents: readonly string[];
  readonly groups: readonly string[];
  /** Where notices.json is kept. */
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly notes: Notes;
  /** To all agents of a group, on every node that answers. Must not throw. */
  readonly publish: (group: string, message: string) => void;
  /** @throws BatonError SECRET */
  readonly readSecret: (what: string, reference: SecretReference) => Promise<string>;
  /** For the journal. Must not throw. */
  readonly write: (news: NoticeNews) => void;
  readonly count: (channel: string, outcome: Outcome) => void;
  /** Other kinds than those of the index. */
  readonly kinds?: readonly ChannelKind[];
}

interface GroupState {
  episodes: GroupEpisodes;
  aloneSinceMs: number | undefined;
}

/** Channels that this host sends by, with its turn. */
function channelsOf({ plans, kinds, host, agents }: NoticeOptions) {
  return knownChannels(plans, kinds).flatMap((known) => {
    const rank = (known.plan.on ?? agents).indexOf(host);
    return rank < 0 ? [] : [{ known, rank }];
  });
}

function openCouriers(
  options: NoticeOptions,
  channels: ReturnType<typeof channelsOf>,
  memory: NoticeMemory,
): readonly Courier[] {
  const { cluster, host, clock, notes, publish, readSecret, write, count } = options;
  const pacerOf = openPacers(clock);
  return channels.map(({ known, rank }) => {
    const { name } = known.plan;
    return new Courier({
      known,
      host,
      rank,
      clock,
      notes,
      surroundings: { name, cluster, host, readSecret, wallMs: () => clock.wallMs(), pacerOf },
      tell: (told: Told) => publish(told.group, toldText(told)),
      remember: ({ group, id }, record) => memory.set(memoryKey(group, id, name), record),
      write,
      count: (outcome) => count(name, outcome),
      chance: { random: () => Math.random(), newId: () => randomUUID() },
    });
  });
}

/** @throws BatonError CLUSTER_FILE for a channel that cannot be understood, on whatever host it is. */
export async function openNotices(options: NoticeOptions): Promise<NoticeEngine> {
  const { clock, write } = options;
  const channels = channelsOf(options);
  const say = (sentence: string) => write({ kind: "failed", group: "", sentence, facts: {} });
  const memory = await openNoticeMemory({ directory: options.stateDirectory, say });
  const groups = new Map<string, GroupState>(
    options.groups.map((name) => [name, { episodes: noEpisodes, aloneSinceMs: undefined }]),
  );
  const couriers = openCouriers(options, channels, memory);
  const courierOf = new Map(channels.map(({ known }, index) => [known.plan.name, couriers[index]]));

  function adopt(record: NoticeRecord): void {
    const group = groups.get(record.notice.group);
    if (group === undefined || record.state !== "open") return;
    group.episodes = adopted(group.episodes, record, clock.monotonicMs());
  }

  for (const [key, record] of memory.records) {
    const [group = "", id = "", channel = ""] = key.split(" ");
    courierOf.get(channel)?.recall({ group, id, channel }, record);
    adopt(record);
  }

  return {
    see(sight) {
      const group = groups.get(sight.group);
      if (group === undefined) return;
      const after = episodesAfter(group.episodes, sight);
      const aloneSinceMs = sight.hasPrimary ? undefined : (group.aloneSinceMs ?? sight.nowMs);
      const isCalm = after.episodes.length + group.episodes.episodes.length === 0;
      group.episodes = after;
      group.aloneSinceMs = aloneSinceMs;
      if (isCalm) return;
      for (const courier of couriers) courier.offer(sight.group, after, aloneSinceMs);
    },
    hear(message) {
      const told = toldIn(message);
      if (told === undefined || !groups.has(told.group)) return;
      courierOf.get(told.channel)?.hear(told);
      if (told.kind === "sent") adopt(told.record);
    },
    state: () => couriers.map((courier) => courier.state()),
    async close() {
      await Promise.all(couriers.map((courier) => courier.close()));
      await memory.flushed();
    },
  };
}
