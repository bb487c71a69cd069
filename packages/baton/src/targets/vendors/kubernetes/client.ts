// EndpointSlices through the API server of Kubernetes: looked at, and replaced only in the version that was
// looked at.
import { z } from "zod";
import type { Api } from "../../api/api.ts";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Change, Reading } from "../../target.ts";
import { refuseNewer } from "../stores/recorded.ts";
import { isWritten, type Slice, sliceFor, type SlicePlace, sliceShape, stateOf } from "./slice.ts";

export interface KubernetesSlice extends SlicePlace {
  readonly api: Api;
}

const statusShape = z.object({
  kind: z.literal("Status"),
  message: z.string().default(""),
  reason: z.string().default(""),
});

function statusIn(body: string): z.output<typeof statusShape> | undefined {
  try {
    return statusShape.parse(JSON.parse(body));
  } catch {
    // A page of a proxy, or a bare line of an API server that does not know the path.
    return undefined;
  }
}

/** The API server's own sentence instead of the object around it. */
export function inWords(error: unknown): Error {
  const plain = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof ApiRefusal)) return plain;
  const status = statusIn(error.body);
  if (status === undefined) return error;
  const said = `Kubernetes: ${error.status} ${status.reason}: ${status.message.slice(0, 300)}`;
  return new ApiRefusal(said, error.status, error.body);
}

/** Of the object, not of the path: an old API server answers 404 without a Status. */
const isAbsent = (error: unknown): boolean =>
  error instanceof ApiRefusal && error.status === 404 && statusIn(error.body)?.reason === "NotFound";

export const slicesPath = (namespace: string): string =>
  `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;

const pathOf = ({ namespace, name }: SlicePlace): string =>
  `${slicesPath(namespace)}/${encodeURIComponent(name)}`;

async function look(own: KubernetesSlice, signal: AbortSignal): Promise<Slice | undefined> {
  try {
    const asked = { method: "GET", path: pathOf(own), reply: sliceShape } as const;
    return (await own.api.ask(asked, signal)).body;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw inWords(error);
  }
}

export async function readSlice(
  own: KubernetesSlice,
  signal: AbortSignal,
): Promise<Reading | undefined> {
  const slice = await look(own, signal);
  return slice && stateOf(slice, own);
}

/** @throws Error when a newer epoch is recorded, or somebody else was quicker. */
export async function writeSlice(
  own: KubernetesSlice,
  change: Change,
  signal: AbortSignal,
): Promise<void> {
  const found = await look(own, signal);
  const state = found && stateOf(found, own);
  refuseNewer(state, change);
  if (state !== undefined && isWritten(state, change)) return;
  const body = sliceFor(change, own, found);
  const to =
    found === undefined
      ? ({ method: "POST", path: slicesPath(own.namespace) } as const)
      : ({ method: "PUT", path: pathOf(own) } as const);
  try {
    await own.api.ask({ ...to, body, reply: sliceShape }, signal);
  } catch (error) {
    throw inWords(error);
  }
}
