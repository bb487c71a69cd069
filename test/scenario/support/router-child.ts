// A router in a process of its own: says its port, follows its one upstream, and tells its figures when
// asked.
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { openRouter, type RouterStats } from "../../../packages/baton/src/router/router.ts";

export interface RouterChildOptions {
  readonly listen: Endpoint;
  readonly upstream: Endpoint;
}

export type FromRouterChild =
  | { readonly kind: "ready"; readonly address: Endpoint }
  | { readonly kind: "figures"; readonly stats: RouterStats };

const say = (message: FromRouterChild): void => {
  process.send?.(message);
};

// Whoever started it is gone.
process.on("disconnect", () => process.exit());

const { listen, upstream } = JSON.parse(process.argv[2] ?? "{}") as RouterChildOptions;
const router = await openRouter({ listen, holdMs: 10_000, holdSessions: 1_000 });
router.setRoute({ kind: "primary", node: "one", endpoint: upstream, epoch: 1, confirmed: true });
process.on("message", () => say({ kind: "figures", stats: router.stats() }));
say({ kind: "ready", address: router.address });
