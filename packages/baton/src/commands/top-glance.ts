// Where `baton top` gets what it shows: from the agents of a cluster, or from Sentinels and nodes themselves
// while no agent can be reached.
import type { Layout } from "../cluster/types.ts";
import { endpointText } from "../decide/agree.ts";
import { BatonError } from "../errors.ts";
import type { ShownStatus } from "../status/shown.ts";
import { isOf, openAgentsLooker } from "./agents-looker.ts";
import type { Context, Given } from "./command.ts";
import { type Looker, openLooker } from "./looker.ts";
import { openCluster, openLayout } from "./open-cluster.ts";

export interface Glance {
  /** @throws BatonError when nothing could be seen; the signal's reason when it is aborted */
  look(signal: AbortSignal): Promise<ShownStatus>;
  close(): void;
}

/** How long it looks by itself before it asks the agents again. */
const AGENTS_AGAIN_MS = 10_000;

/** Of agents that all listen on loopback only the one of this host answers: it is asked once. */
const urlsOf = ({ agents }: Layout): readonly string[] => [
  ...new Set(
    agents.map(({ httpAddress, port }) => `http://${endpointText({ address: httpAddress, port })}`),
  ),
];

/** @throws BatonError CLUSTER_FILE, LAB_UNKNOWN, USAGE */
export async function openGlance(given: Given, context: Context): Promise<Glance> {
  const { clock } = context;
  const layout = await openLayout(given, context);
  const agents = openAgentsLooker(urlsOf(layout), (status) => isOf(layout, status));
  /** What the agents said when they were asked in vain; undefined: they answer. */
  let silence: string | undefined;
  let againMs = 0;
  let isAsking = false;
  let own: Looker | undefined;

  const failed = (error: unknown) => {
    silence = error instanceof Error ? error.message : String(error);
    againMs = clock.monotonicMs() + AGENTS_AGAIN_MS;
  };
  /** Beside the looks, which must not wait for hosts that say nothing. */
  function askAgain(signal: AbortSignal): void {
    if (isAsking || clock.monotonicMs() < againMs) return;
    isAsking = true;
    const back = () => {
      silence = undefined;
    };
    void agents
      .look(signal)
      .then(back, failed)
      .finally(() => {
        isAsking = false;
      });
  }
  async function byItself(why: string): Promise<ShownStatus> {
    try {
      own ??= openLooker(await openCluster(given, context), clock);
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      throw new BatonError(error.code, `${error.message}; ${why}`, { cause: error });
    }
    return await own.look();
  }

  return {
    async look(signal) {
      if (silence === undefined) {
        try {
          return await agents.look(signal);
        } catch (error) {
          if (!(error instanceof BatonError)) throw error;
          failed(error);
        }
      } else askAgain(signal);
      return await byItself(silence ?? "");
    },
    close: () => own?.close(),
  };
}
