// OpenStack's own way to a pool, put together as a target.
import type { Surroundings, Target } from "../../target.ts";
import type { OpenstackAccess } from "./access.ts";
import { openBalancer } from "./balancer.ts";
import type { Owner } from "./member.ts";
import { openPool } from "./pool.ts";
import { proveOctavia } from "./prove.ts";
import { openSession } from "./session.ts";

/** Asks nothing yet. @throws BatonError SECRET */
export async function openNative(
  access: OpenstackAccess,
  owner: Owner,
  surroundings: Surroundings,
): Promise<Required<Pick<Target, "read" | "write" | "prove" | "close">>> {
  const session = await openSession(access, surroundings);
  const { pool: poolId, region } = access;
  const balancer = openBalancer(session, poolId, region);
  const pool = openPool({ session, balancer, poolId, owner });
  return {
    read: (signal) => pool.read(signal),
    write: (change, signal) => pool.write(change, signal),
    prove: (signal) => proveOctavia({ session, balancer, pool, access, owner }, signal),
    close: () => session.close(),
  };
}
