// Teaches the routers of each group what its primary says of its commands: which write, which may be sent
// twice.
import { createHash } from "node:crypto";
import type { Door } from "../redis/door.ts";
import { type CommandInfo, CommandTable } from "../router/commands.ts";
import type { Router } from "../router/router.ts";
import type { Turn } from "./loop.ts";

export interface Teacher {
  /**
   * What is to be called at every turn of a group. It asks each new primary once, and again at a later turn
   * when it did not answer: until then routers take every command for a write, which is safe.
   */
  of(routers: readonly Router[], doorOf: (node: string) => Door): (turn: Turn) => void;
}

/** Groups of one cluster run the same server; while it is upgraded there are two or three. */
const TABLES_MAX = 16;

/** One for all groups of a process: equal tables are one in memory, and one at a time is read. */
export function openTeacher(): Teacher {
  const known = new Map<string, readonly CommandInfo[]>();
  let last: Promise<void> = Promise.resolve();

  /** Of one server it takes 40 kB, and it is the same for every group but for its order. */
  function shared(table: CommandTable): readonly CommandInfo[] {
    const infos = table.all().toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const key = createHash("sha256").update(JSON.stringify(infos)).digest("base64");
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= TABLES_MAX) known.clear();
    known.set(key, infos);
    return infos;
  }

  return {
    of(routers, doorOf) {
      let taughtBy: string | undefined;
      const teach = async (node: string): Promise<void> => {
        if (taughtBy !== node) return;
        const infos = shared(CommandTable.parse(await doorOf(node).call(["COMMAND"])));
        for (const router of routers) router.learn(infos);
      };
      return ({ decided }) => {
        const { route } = decided.memory;
        if (routers.length === 0 || route.kind === "none" || route.node === taughtBy) return;
        const { node } = route;
        taughtBy = node;
        last = last
          .then(() => teach(node))
          .catch(() => {
            if (taughtBy === node) taughtBy = undefined;
          });
      };
    },
  };
}
