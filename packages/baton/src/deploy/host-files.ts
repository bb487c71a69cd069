// Every file that real hosts get, with its owner, and where it lies in the folder rendered into. Pure.
import { layoutOf } from "../cluster/layout.ts";
import type { Cluster, Secrets } from "../cluster/types.ts";
import { ANSIBLE, ansibleFiles } from "../render/ansible/index.ts";
import { hostRenderers } from "../render/host/index.ts";
import { onHosts } from "../render/host/on-hosts.ts";
import { hostSite } from "../render/host/places.ts";
import { renderers } from "../render/index.ts";
import { observabilityRenderers } from "../render/observability/index.ts";
import type { Readers, RenderedFile, Renderer } from "../render/renderer.ts";
import { terraform } from "../render/terraform/index.ts";

export interface HostFile {
  /** In the folder that is rendered into, with "/" between its parts. */
  readonly file: string;
  /** Id of the renderer. */
  readonly kind: string;
  readonly host: string | undefined;
  /** On the host; relative for what belongs to none. */
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: number;
  readonly text: string;
}

const direct: readonly Renderer[] = [
  ...renderers,
  ...hostRenderers,
  ...observabilityRenderers,
  terraform,
];

/** All that `--only` may name, in alphabetical order. */
export const kinds: readonly Pick<Renderer, "id" | "summary">[] = [...direct, ANSIBLE].toSorted(
  (a, b) => (a.id < b.id ? -1 : 1),
);

const ACCESS: Readonly<Record<Readers, Pick<HostFile, "owner" | "group" | "mode">>> = {
  everybody: { owner: "root", group: "root", mode: 0o644 },
  redis: { owner: "root", group: "redis", mode: 0o640 },
  baton: { owner: "root", group: "baton", mode: 0o640 },
  root: { owner: "root", group: "root", mode: 0o600 },
};

export interface HostFilesInput {
  readonly cluster: Cluster;
  readonly secrets: Secrets;
  readonly token?: string | undefined;
  /** Where the pages of alerts are, with NAME in it. */
  readonly runbooks?: string | undefined;
}

/** By place in the folder. */
export function hostFiles(given: HostFilesInput): readonly HostFile[] {
  const { cluster, ...rest } = given;
  const layout = layoutOf(onHosts(cluster));
  const input = { ...rest, layout, site: hostSite(layout) };
  const own = direct.flatMap(({ id, files }) => files(input).map((rendered) => hostFile(id, rendered)));
  // It lists all others, and the way to each host.
  const ansible = ansibleFiles(layoutOf(cluster), own).map((rendered) => hostFile(ANSIBLE.id, rendered));
  return [...own, ...ansible].toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function hostFile(kind: string, { host, path, readers, text }: RenderedFile): HostFile {
  const file = host === undefined ? path : `hosts/${host}${path}`;
  return { file, kind, host, path, ...ACCESS[readers], text };
}
