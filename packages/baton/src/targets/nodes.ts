// Which machine each address of a group is: for targets that name machines instead of addresses.
import type { GroupPlan } from "../cluster/types.ts";
import type { KnownNode } from "./target.ts";

export const nodesIn =
  (groups: readonly GroupPlan[]) =>
  (group: string): readonly KnownNode[] => {
    const { nodes = [] } = groups.find(({ name }) => name === group) ?? {};
    return nodes.map(({ host, address, port }) => ({ host, endpoint: { address, port } }));
  };
