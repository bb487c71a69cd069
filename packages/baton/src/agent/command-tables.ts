// Teaches the routers of a group what its primary says of its commands: which write, which may be sent twice.
import type { Door } from "../redis/door.ts";
import { CommandTable } from "../router/commands.ts";
import type { Router } from "../router/router.ts";
import type { Turn } from "./loop.ts";

/**
 * To be called at every turn. Asks each new primary once, and again at a later turn when it did not answer:
 * until then routers take every command for a write, which is safe.
 */
export function teacherOf(
  routers: readonly Router[],
  doorOf: (node: string) => Door,
): (turn: Turn) => void {
  let taughtBy: string | undefined;
  const teach = async (node: string): Promise<void> => {
    const table = CommandTable.parse(await doorOf(node).call(["COMMAND"]));
    for (const router of routers) router.learn(table.all());
  };
  return ({ decided }) => {
    const { route } = decided.memory;
    if (routers.length === 0 || route.kind === "none" || route.node === taughtBy) return;
    const { node } = route;
    taughtBy = node;
    teach(node).catch(() => {
      if (taughtBy === node) taughtBy = undefined;
    });
  };
}
