// Looks at the Sentinels and at the other nodes of a group for a node that does not run yet.
import type { GroupPlan, Layout, NodePlan, OwnSecrets } from "../cluster/types.ts";
import { agree, type Agreement, heardViews } from "../decide/agree.ts";
import { nodeDoor, openObserver, type Observer } from "../observe/observer.ts";
import type { NodeView } from "../observe/types.ts";
import { parseInfo } from "../redis/replies.ts";
import type { Clock } from "../sys/clock.ts";
import type { OtherNode } from "./decide-start.ts";

export interface Seen {
  readonly agreement: Agreement;
  /** Sentinels that answer, those that refuse this user included. */
  readonly sentinelsThere: number;
  readonly isFailoverUnderWay: boolean;
  readonly others: readonly OtherNode[];
}

export interface Lookout {
  look(): Promise<Seen>;
  close(): void;
}

export interface LookoutOptions {
  readonly layout: Layout;
  readonly group: GroupPlan;
  /** The node that is to be started: not asked, and connections come from its address. */
  readonly self: NodePlan;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
}

/** Longer than a door's deadlines for connecting and for one answer together. */
const GRACE_MS = 700;

/** Redis 7.0 and later take several sections at once. ROLE has no word on links of the past. */
const QUESTIONS: readonly [string, ...string[]] = ["INFO", "replication", "keyspace", "persistence"];

function described(
  id: string,
  kind: "primary" | "replica",
  info: ReadonlyMap<string, string>,
): OtherNode {
  const hasKeys = [...info].some(([name, value]) => /^db\d+$/.test(name) && !/^keys=0\b/.test(value));
  // -1: not once since the process started; in sync now: the line is absent.
  const hasSynced = info.get("master_link_down_since_seconds") !== "-1";
  return { id, kind, hasSynced, holdsData: hasKeys || info.get("loading") === "1" };
}

async function otherNode(view: NodeView, observer: Observer): Promise<readonly OtherNode[]> {
  const closed: OtherNode = { id: view.node, kind: "closed", hasSynced: false, holdsData: false };
  if (view.kind === "silent") return view.isRefused ? [closed] : [];
  try {
    const reply = await observer.doors.get(nodeDoor(view.node))?.call(QUESTIONS);
    return [described(view.node, view.kind, parseInfo(reply))];
  } catch {
    // It has just answered ROLE and is there; what it holds is not known, so the worst is assumed.
    return [view.kind === "primary" ? { ...closed, kind: "primary" } : closed];
  }
}

export function openLookout({ layout, group, self, secrets, clock }: LookoutOptions): Lookout {
  const observer = openObserver({ layout, group, secrets, clock, sourceAddress: self.address });
  return {
    async look() {
      const { views, nodes } = await observer.look(GRACE_MS);
      const others = nodes.filter(({ node }) => node !== self.id);
      const answering = await Promise.all(others.map((view) => otherNode(view, observer)));
      return {
        agreement: agree(views),
        sentinelsThere: views.filter((view) => view.kind === "heard" || view.isRefused).length,
        isFailoverUnderWay: heardViews(views).some(({ flags }) =>
          flags.includes("failover_in_progress"),
        ),
        others: answering.flat(),
      };
    },
    close: () => observer.close(),
  };
}
