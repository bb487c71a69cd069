// Every node, Sentinel and target of a group in words: the same as the drawing shows.
import { Table } from "../parts/table.tsx";
import { still } from "../parts/still.ts";
import { bytes } from "../state/words.ts";
import { endpoint, type GroupStatus, type RouteStatus, type SentinelStatus } from "../wire/group.ts";

function nodeRows({ nodes }: GroupStatus): readonly (readonly string[])[] {
  return nodes.map((node) => [
    node.id,
    endpoint(node),
    node.zone,
    node.reason === null ? node.role : `${node.role}: ${node.reason}`,
    [node.link, node.of === null ? null : `to ${node.of}`].filter((part) => part !== null).join(" "),
    node.lagBytes === null ? "" : bytes(node.lagBytes),
  ]);
}

function opinion({ primary }: SentinelStatus, route: RouteStatus): string {
  if (primary === null) return "";
  const isOther = route.kind === "primary" && endpoint(primary) !== endpoint(route);
  return isOther ? `${endpoint(primary)} (not the route)` : endpoint(primary);
}

function sentinelRows({ sentinels, route }: GroupStatus): readonly (readonly string[])[] {
  return sentinels.map((sentinel) => [
    sentinel.id,
    endpoint(sentinel),
    sentinel.reason === null ? sentinel.state : `${sentinel.state}: ${sentinel.reason}`,
    opinion(sentinel, route),
    sentinel.epoch === null ? "" : String(sentinel.epoch),
    [...sentinel.flags.filter((flag) => flag !== "master"), ...(sentinel.tilt ? ["TILT"] : [])].join(
      ", ",
    ),
  ]);
}

function targetRows({ targets }: GroupStatus): readonly (readonly string[])[] {
  return targets.map(({ name, host, reach, ok, sentence }) => [
    name,
    reach === "shared" ? `${host}, one for all` : host,
    ok ? "follows" : "does not follow",
    sentence,
  ]);
}

export const Tables = still(function Tables({ group }: { readonly group: GroupStatus }) {
  return (
    <details class="tables">
      <summary>The same as tables</summary>
      <Table
        caption="Redis nodes"
        columns={["Node", "Address", "Zone", "Role", "Link", "Behind"]}
        rows={nodeRows(group)}
      />
      <Table
        caption="Sentinels"
        columns={["Sentinel", "Address", "State", "Names as primary", "Epoch", "Flags"]}
        rows={sentinelRows(group)}
      />
      <Table
        caption="Targets"
        columns={["Target", "Told by", "State", "Says"]}
        rows={targetRows(group)}
      />
    </details>
  );
});
