// The shape of every renderer: pure, deterministic, one file each. What changes the disk is whoever
// calls it.
import type { Layout, NodePlan, Secrets, SentinelPlan } from "../cluster/types.ts";

export interface RenderedFile {
  /** Path as the site names it. */
  readonly path: string;
  /** File mode; files that hold a secret are 0600. */
  readonly mode: number;
  readonly text: string;
}

/**
 * Where things are on the hosts this is rendered for: the lab's folder, or a real host's /etc and
 * /var.
 */
export interface Site {
  redis(node: NodePlan): {
    readonly config: string;
    readonly dataDirectory: string;
    readonly log: string;
  };
  sentinel(sentinel: SentinelPlan): {
    readonly config: string;
    readonly dataDirectory: string;
    readonly log: string;
  };
  /**
   * The address a host's processes bind. It is the host's own address, except in a lab with wires,
   * where a forwarder
   * sits at the announced address and the process listens beside it.
   */
  listenAddress(host: string): string;
}

export interface RenderInput {
  readonly layout: Layout;
  readonly secrets: Secrets;
  readonly site: Site;
}

export interface Renderer {
  readonly id: string;
  readonly summary: string;
  files(input: RenderInput): readonly RenderedFile[];
}
