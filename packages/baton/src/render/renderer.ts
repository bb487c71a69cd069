// The shape of every renderer: pure, deterministic, one file each. What changes the disk is whoever
// calls it.
import type { Layout, NodePlan, Secrets, SentinelPlan } from "../cluster/types.ts";

/** Who may read a file, besides root and whoever it is written for. */
export type Readers = "redis" | "baton" | "root" | "everybody";

export interface RenderedFile {
  /** The host that it is for; undefined for what belongs to no host of the cluster. */
  readonly host: string | undefined;
  /** Path as the site names it; without a host, relative. */
  readonly path: string;
  /** What holds a secret is never for everybody. */
  readonly readers: Readers;
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
  /**
   * Whether something else tells a node its first role, so that its file, which is settings and no state,
   * holds none: on real hosts `baton node-start`.
   */
  readonly tellsRole?: true;
}

export interface RenderInput {
  readonly layout: Layout;
  readonly secrets: Secrets;
  /** What a request to an agent must bear to change something, where there is such a thing. */
  readonly token?: string | undefined;
  /** URL or path of the page of an alert, with NAME in the place of its name. */
  readonly runbooks?: string | undefined;
  readonly site: Site;
}

export interface Renderer {
  readonly id: string;
  readonly summary: string;
  files(input: RenderInput): readonly RenderedFile[];
}
