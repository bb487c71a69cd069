// The routers of one host: opened for each group, led by its turns, drained at the end.
import type { GroupPlan, Layout, OwnSecrets } from "../cluster/types.ts";
import type { Processes } from "../router/processes.ts";
import type { ReadRouter } from "../router/read-router.ts";
import type { Router } from "../router/router.ts";
import type { Clock } from "../sys/clock.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import type { Turn } from "./loop.ts";
import { openAccessLog } from "./access-log.ts";
import { readsOf } from "./reads.ts";

export interface HostRoutersOptions {
  readonly layout: Layout;
  readonly host: string;
  readonly clock: Clock;
  readonly listenAddress?: string;
  /** Routers go to the nodes as whatever else of Baton does. */
  readonly secrets: Pick<OwnSecrets, "tls">;
  readonly clientTls: TlsMaterial | undefined;
  readonly processes: Processes;
  readonly say: (line: string) => void;
  readonly backlogBytes: () => number;
}

export interface GroupRouters {
  readonly routers: readonly Router[];
  readonly readRouters: readonly ReadRouter[];
  /** Offers replicas to the ports for reads. */
  see(turn: Turn): void;
}

export interface HostRouters {
  /** @throws BatonError PORT_BUSY, UNABLE, NOT_READY */
  open(group: GroupPlan): Promise<GroupRouters>;
  /** Takes no new session anywhere, and resolves when all have ended or been cut after `ms`. */
  drain(ms: number): Promise<void>;
  close(): Promise<void>;
}

export function openHostRouters(options: HostRoutersOptions): HostRouters {
  const { layout, host, clock, listenAddress, processes, clientTls } = options;
  const { tls: upstreamTls } = options.secrets;
  const tls = {
    ...(clientTls === undefined ? {} : { clientTls }),
    ...(upstreamTls === undefined ? {} : { upstreamTls }),
  };
  const { router } = layout.cluster;
  const { holdMs, holdSessions, proxyProtocol = false, reads } = router;
  const accessLog = router.accessLog === true ? openAccessLog(options) : undefined;
  const logOf = (group: string, port: "writes" | "reads") =>
    accessLog === undefined ? {} : { accessLog: accessLog.of(group, port) };
  const opened: (Router | ReadRouter)[] = [];

  return {
    async open(group) {
      const plans = layout.routers.filter((plan) => plan.host === host && plan.group === group.name);
      const routers: Router[] = [];
      const readRouters: ReadRouter[] = [];
      const followers: ((turn: Turn) => void)[] = [];
      for (const { address, port, readPort } of plans) {
        const at = (own: number) => ({ address: listenAddress ?? address, port: own });
        const common = { sourceAddress: address, holdMs, holdSessions, proxyProtocol, clock, ...tls };
        const writing = { ...common, ...logOf(group.name, "writes"), listen: at(port) };
        const opening = await processes.openRouter(writing);
        routers.push(opening);
        opened.push(opening);
        if (reads === undefined || readPort === undefined) continue;
        const { fallback, maxLag } = reads;
        const reading = await processes.openReadRouter({
          ...common,
          ...logOf(group.name, "reads"),
          fallback,
          listen: at(readPort),
        });
        readRouters.push(reading);
        opened.push(reading);
        followers.push(readsOf(group, maxLag, reading));
      }
      return { routers, readRouters, see: (turn) => followers.forEach((follow) => follow(turn)) };
    },
    drain: async (ms) => void (await Promise.all(opened.map((one) => one.drain(ms)))),
    async close() {
      await Promise.all(opened.map((one) => one.close()));
      await processes.close();
      accessLog?.close();
    },
  };
}
