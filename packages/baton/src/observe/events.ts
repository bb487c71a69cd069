// Sentinel events and hello messages. They wake the loop and fill the journal; nothing is ever
// decided from them.
import type { GroupPlan, Layout, OwnSecrets } from "../cluster/types.ts";
import { NOTICE_WORD, WAKE_CHANNEL } from "../cluster/shared-keys.ts";
import { type Message, subscribe } from "../redis/subscriber.ts";
import type { Clock } from "../sys/clock.ts";

export interface SentinelEvent {
  /** Host of the Sentinel that said it. */
  readonly sentinel: string;
  /** +sdown, +odown, +switch-master, ... */
  readonly channel: string;
  readonly text: string;
}

export interface Ears {
  /**
   * Listens to the nodes of a group as well, from now on; again changes nothing. One group at a time: the
   * connections to all nodes of a thousand groups at once would keep each other from being made in time.
   */
  follow(group: GroupPlan): void;
  /**
   * Monotonic milliseconds from which on nothing that this Sentinel said has been missed; undefined while it
   * is not heard.
   */
  hearingSinceMs(sentinel: string): number | undefined;
  close(): void;
}

export interface EarOptions {
  readonly layout: Layout;
  readonly secrets: OwnSecrets;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly sourceAddress?: string;
  readonly onEvent: (event: SentinelEvent) => void;
  /**
   * A hello message named a primary or an epoch that the same Sentinel did not name before, or another
   * Baton process asks everybody to look.
   */
  readonly onHello: (group: string) => void;
  /** What another agent tells of a notice, as it came. */
  readonly onNotice?: (message: string) => void;
}

const HELLO = "__sentinel__:hello";
/**
 * From so many groups on hellos are not listened to. Each Sentinel says them through every node: of a
 * thousand groups thousands would come in a second, none of them news. Whoever promotes says so on the
 * connection to its events, which is open anyhow.
 */
const GROUPS_WITHOUT_HELLOS = 64;

/** What is listened to on the nodes of a cluster with so many groups. */
export const nodeChannels = (groups: number): readonly string[] =>
  groups < GROUPS_WITHOUT_HELLOS ? [HELLO, WAKE_CHANNEL] : [WAKE_CHANNEL];

/**
 * ip,port,runid,current_epoch,group,primary_ip,primary_port,config_epoch: what of it matters for
 * who is primary.
 */
function newsOf(
  text: string,
): { readonly from: string; readonly group: string; readonly news: string } | undefined {
  const [, , runId, , group, address, port, configEpoch] = text.split(",");
  if (runId === undefined || group === undefined || configEpoch === undefined) return undefined;
  return { from: `${runId} ${group}`, group, news: `${address} ${port} ${configEpoch}` };
}

/** Tells which hello messages say something new. */
function newsFilter(groups: ReadonlySet<string>, sentinels: number) {
  const last = new Map<string, string>();
  // One entry a Sentinel and group; strangers with the same group name could otherwise fill it.
  const entriesMax = 1_000 + 2 * groups.size * sentinels;
  return (text: string): string | undefined => {
    const heard = newsOf(text);
    if (heard === undefined || !groups.has(heard.group)) return undefined;
    if (last.get(heard.from) === heard.news) return undefined;
    if (last.size >= entriesMax) last.clear();
    last.set(heard.from, heard.news);
    return heard.group;
  };
}

export function openEars(options: EarOptions): Ears {
  const { layout, secrets, clock, sourceAddress, onEvent, onHello, onNotice } = options;
  const login = {
    username: "agent",
    password: secrets.agent,
    tls: secrets.tls,
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
  };
  const groups = new Set(layout.groups.map(({ name }) => name));
  const groupWithNews = newsFilter(groups, layout.sentinels.length);
  const heard = ({ channel, text }: Message) => {
    if (channel !== HELLO && text.startsWith(NOTICE_WORD)) return onNotice?.(text);
    // Another Baton process has written something for all of them: its text is the group's name.
    const group = channel === HELLO ? groupWithNews(text) : groups.has(text) ? text : undefined;
    if (group !== undefined) onHello(group);
  };
  const followed = new Set<string>();
  const hearingSince = new Map<string, number>();
  const ears = layout.sentinels.map(({ id, address, port }) => {
    const told = ({ channel, text }: Message) => onEvent({ sentinel: id, channel, text });
    return subscribe({ address, port, ...login }, { patterns: ["*"] }, told, {
      onListening: () => hearingSince.set(id, clock.monotonicMs()),
      onDeaf: () => hearingSince.delete(id),
    });
  });
  return {
    follow({ name, nodes }) {
      if (followed.has(name)) return;
      followed.add(name);
      const wanted = { channels: nodeChannels(groups.size) };
      for (const { address, port } of nodes)
        ears.push(subscribe({ address, port, ...login }, wanted, heard));
    },
    hearingSinceMs: (sentinel) => hearingSince.get(sentinel),
    close() {
      for (const ear of ears) ear.close();
    },
  };
}
