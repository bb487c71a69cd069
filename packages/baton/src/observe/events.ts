// Sentinel events and hello messages. They wake the loop and fill the journal; nothing is ever
// decided from them.
import type { GroupPlan, Layout, OwnSecrets } from "../cluster/types.ts";
import { WAKE_CHANNEL } from "../cluster/shared-keys.ts";
import { subscribe } from "../redis/subscriber.ts";

export interface SentinelEvent {
  /** Host of the Sentinel that said it. */
  readonly sentinel: string;
  /** +sdown, +odown, +switch-master, ... */
  readonly channel: string;
  readonly text: string;
}

export interface Ears {
  close(): void;
}

export interface EarOptions {
  readonly layout: Layout;
  readonly groups: readonly GroupPlan[];
  readonly secrets: OwnSecrets;
  readonly sourceAddress?: string;
  readonly onEvent: (event: SentinelEvent) => void;
  /**
   * A hello message named a primary or an epoch that the same Sentinel did not name before, or another
   * Baton process asks everybody to look.
   */
  readonly onHello?: (group: string) => void;
}

const HELLO = "__sentinel__:hello";

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

export function openEars(options: EarOptions): Ears {
  const { layout, groups, secrets, sourceAddress, onEvent, onHello } = options;
  const login = {
    username: "agent",
    password: secrets.agent,
    tls: secrets.tls,
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
  };
  const lastNews = new Map<string, string>();
  const heardHello = (text: string) => {
    const heard = newsOf(text);
    if (heard === undefined || !groups.some(({ name }) => name === heard.group)) return;
    if (lastNews.get(heard.from) === heard.news) return;
    // Bounded: one entry a Sentinel and group; strangers with the same group name could otherwise
    // fill it.
    if (lastNews.size > 1_000) lastNews.clear();
    lastNews.set(heard.from, heard.news);
    onHello?.(heard.group);
  };
  /** Another Baton process has written something for all of them: its text is the group's name. */
  const heardWake = (text: string) => {
    const group = groups.find(({ name }) => name === text);
    if (group !== undefined) onHello?.(group.name);
  };
  const sentinelEars = layout.sentinels.map(({ id, address, port }) =>
    subscribe({ address, port, ...login }, { patterns: ["*"] }, ({ channel, text }) =>
      onEvent({ sentinel: id, channel, text }),
    ),
  );
  const nodes = onHello === undefined ? [] : groups.flatMap((group) => group.nodes);
  const nodeEars = nodes.map(({ address, port }) =>
    subscribe({ address, port, ...login }, { channels: [HELLO, WAKE_CHANNEL] }, ({ channel, text }) =>
      channel === HELLO ? heardHello(text) : heardWake(text),
    ),
  );
  return {
    close() {
      for (const ear of [...sentinelEars, ...nodeEars]) ear.close();
    },
  };
}
