// What a change of the route means, wherever it is followed: which one is a step back, which leads
// elsewhere.
import type { Route } from "../decide/types.ts";
import { assert } from "../errors.ts";

/** @throws InvariantBroken for a route that is older than the present one. */
export function assertNotOlder(next: Route, present: Route): void {
  if (next.kind === "none" || present.kind === "none") return;
  const { epoch } = present;
  assert(
    next.epoch >= epoch,
    `a route of epoch ${next.epoch} after one of ${epoch}: it would undo a failover`,
  );
}

export function leadTheSameWay(one: Route, other: Route): boolean {
  if (one.kind === "none" || other.kind === "none") return one.kind === other.kind;
  return one.endpoint.address === other.endpoint.address && one.endpoint.port === other.endpoint.port;
}
