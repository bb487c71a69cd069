// Which group the connection should be asked for, given what is looked at and what came of asking before.
import type { Address } from "./address.ts";
import type { Live } from "./live.ts";

/** As many groups as the agent tells of unasked. */
const GROUPS_UNASKED_MAX = 8;

/**
 * @returns the group's name, or undefined for whatever the agent tells unasked: everything, as long as there
 * are few groups. The present connection is kept as long as it tells what is looked at.
 */
export function wantedGroup(live: Live, address: Address): string | undefined {
  if (address.kind === "overview") return live.wanted;
  const { name } = address;
  const isTold = live.groups.get(name)?.session === live.session;
  if (live.connection.kind === "open" && isTold) return live.wanted;
  const tellsAll = live.wanted === undefined && (live.hello?.groups ?? 0) <= GROUPS_UNASKED_MAX;
  if (live.session > 0 && tellsAll) return undefined;
  // The agent refuses a name that it does not know, and then tells nothing at all.
  const isUnknown = live.areRowsWhole && !live.rows.has(name);
  return isUnknown ? undefined : name;
}
