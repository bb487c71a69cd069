// What a simulated Sentinel answers to an observer.
import { at } from "../../packages/baton/src/decide/world.fixture.ts";
import type { PeerView, View } from "../../packages/baton/src/observe/types.ts";
import { DOWN_AFTER_MS, FAILOVER_TIMEOUT_MS } from "./known.ts";
import type { Sentinel } from "./sentinel.ts";

export function viewOf(sentinel: Sentinel): View {
  const { failover, known } = sentinel;
  const flags = ["master"];
  if (sentinel.of(sentinel.primary).downSinceMs !== undefined) flags.push("s_down");
  if (sentinel.isObjectivelyDown()) flags.push("o_down");
  if (failover.state !== "none") flags.push("failover_in_progress");
  const replicas = [...known.values()].flatMap(({ node, downSinceMs, info }) => {
    if (node.id === sentinel.primary) return [];
    const isPromoted = failover.chosen === node.id;
    const said = ["slave", ...(downSinceMs === undefined ? [] : ["s_down"])];
    const { priority = 100, offset = 0 } = info ?? {};
    const flags = isPromoted ? [...said, "promoted"] : said;
    return [{ ...at(node.id), flags, priority, offsetBytes: offset, link: "ok" }];
  });
  const peers = [...sentinel.peers].map(([id, { vote }]): PeerView => {
    return { ...at(id), port: 26379, runId: `run-${id}`, flags: ["sentinel"], vote };
  });
  return {
    kind: "heard",
    sentinel: sentinel.id,
    runId: sentinel.runId,
    primary: at(sentinel.named),
    flags,
    configEpoch: sentinel.configEpoch,
    quorum: sentinel.quorum,
    downAfterMs: DOWN_AFTER_MS,
    failoverTimeoutMs: FAILOVER_TIMEOUT_MS,
    parallelSyncs: 1,
    replicas,
    peers,
    tilt: sentinel.isTilted,
    debug: {},
  };
}
