// What a look at a farm means: where it leads, whether that is live, and whose the changes are that wait for
// a refresh. Pure.
import type { Endpoint } from "../../../cluster/types.ts";
import { endpointText, isSameEndpoint, NOBODY, type Reading } from "../../target.ts";
import type { Server, World } from "./iplb-api.ts";
import { type Mark, markIn } from "./iplb-mark.ts";

/**
 * A mark that no refresh has published is believed for so long, seconds; OVHcloud may forget tasks. Whoever
 * finds an older one asks a person.
 */
const BELIEVED_SECONDS = 6 * 3_600;

export interface Marked {
  readonly server: Server;
  readonly mark: Mark | undefined;
}

export interface Judged {
  /** Servers that are nodes of the group. */
  readonly nodes: readonly Marked[];
  /** Servers that take connections and are none. */
  readonly strays: readonly Server[];
  /** The newest epoch that any of them names. */
  readonly epoch: number | undefined;
  /** Marks of changes that no refresh has published. */
  readonly staged: readonly Mark[];
  /** How many of the changes that wait are Baton's own. */
  readonly own: number;
  /** Whether clients are led where the servers say. */
  readonly isLive: boolean;
}

/** Changes that an agent has made since none waited for a refresh. */
export interface Made {
  readonly by: string;
  readonly count: number;
}

/**
 * The most that any mark says, or the sum of what each agent says of itself: two of them may have counted
 * past each other. Every change of Baton's marks the server of every node with its epoch; so a mark of an
 * older epoch beside a newer one that was published is a change, too, one that came late.
 */
function countOwn(marks: readonly Mark[], staged: readonly Mark[], mine: Made | undefined): number {
  const made = new Map<string, number>(mine === undefined ? [] : [[mine.by, mine.count]]);
  for (const { by, count } of staged) made.set(by, Math.max(made.get(by) ?? 0, count));
  const sum = [...made.values()].reduce((total, count) => total + count, 0);
  const most = Math.max(0, ...staged.map(({ changes }) => changes));
  const epoch = Math.max(-1, ...marks.map((mark) => mark.epoch));
  const late = staged.length > 0 ? 0 : marks.filter((mark) => mark.epoch < epoch).length;
  return Math.max(most, sum) + late;
}

export function judge(world: World, group: readonly Endpoint[], mine?: Made): Judged {
  const isNode = ({ endpoint }: Server) =>
    group.some((node) =>
      endpoint.port === 0 ? node.address === endpoint.address : isSameEndpoint(node, endpoint),
    );
  const known = world.servers.filter(isNode);
  const nodes = known.map((server) => ({ server, mark: markIn(server.name) }));
  const marks = nodes.flatMap(({ mark }) => (mark === undefined ? [] : [mark]));
  const epoch = marks.length === 0 ? undefined : Math.max(...marks.map((mark) => mark.epoch));
  const staged = marks.filter(({ after, atSeconds }) => {
    return world.doneTask <= after && world.nowSeconds - atSeconds < BELIEVED_SECONDS;
  });
  const own = world.waiting === 0 ? 0 : countOwn(marks, staged, mine);
  return {
    nodes,
    strays: world.servers.filter((server) => server.isActive && !isNode(server)),
    epoch,
    staged,
    own,
    isLive: isLive(world, { marks, own, isMarked: marks.length === nodes.length }),
  };
}

function isLive(
  { waiting, tasks, newest, doneTask }: World,
  {
    marks,
    own,
    isMarked,
  }: { readonly marks: readonly Mark[]; readonly own: number; readonly isMarked: boolean },
): boolean {
  // What others have staged does not matter to what was published before.
  if (waiting > 0) return isMarked && own === 0;
  if (marks.length === 0) return newest === undefined || newest.status === "done";
  const after = Math.max(...marks.map((mark) => mark.after));
  return doneTask > after || tasks.every((id) => id <= after);
}

function whyNot(world: World, { nodes, strays, isLive: live, own }: Judged): string | undefined {
  const active = [
    ...nodes.filter(({ server }) => server.isActive).map(({ server }) => server),
    ...strays,
  ];
  const places = active.map(({ endpoint }) => endpointText(endpoint));
  if (places.length !== 1)
    return `${places.length} active servers${places.map((one) => ` ${one}`).join("")}`;
  if (strays.length === 1) return `${places[0]}, which is no node of the group`;
  if (active[0]?.endpoint.port === 0) return `${places[0]}: neither server nor farm has a port`;
  const { newest, waiting } = world;
  if (!live && newest !== undefined && newest.status !== "done") {
    return `${places[0]}, not live: refresh task ${newest.id} is ${newest.status}`;
  }
  if (!live)
    return `${places[0]}, not live: ${waiting} changes wait for a refresh, ${own} of them Baton's`;
  const epochs = new Set(nodes.map(({ mark }) => mark?.epoch));
  return epochs.size > 1 ? `${places[0]}, and servers are marked with several epochs` : undefined;
}

/** What the farm says, for the engine; a place of nobody for whatever a write has to mend. */
export function readingOf(world: World, judged: Judged): Reading | undefined {
  const { epoch, nodes, strays } = judged;
  if (nodes.length === 0 && strays.length === 0) return undefined;
  const reason = whyNot(world, judged);
  if (reason !== undefined) return { endpoint: NOBODY, epoch, raw: reason };
  const active = nodes.find(({ server }) => server.isActive)?.server.endpoint ?? NOBODY;
  const raw = epoch === undefined ? endpointText(active) : `${endpointText(active)} (epoch ${epoch})`;
  return { endpoint: active, epoch, raw };
}
