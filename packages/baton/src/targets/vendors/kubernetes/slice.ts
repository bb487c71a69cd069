// An EndpointSlice as the API has it, as a route, and as it has to become. Pure; whatever is not Baton's in
// it stays as it was found.
import { isIP } from "node:net";
import { z } from "zod";
import { type Change, endpointText, isSameEndpoint, NOBODY, type Reading } from "../../target.ts";
import { NO_EPOCH } from "../stores/recorded.ts";

const texts = z.record(z.string(), z.string()).nullish();
const endpointShape = z.looseObject({
  addresses: z.array(z.string()).nullish(),
  conditions: z.looseObject({ ready: z.boolean().nullish() }).nullish(),
});
const portShape = z.looseObject({ name: z.string().nullish(), port: z.int().nullish() });

export const sliceShape = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    resourceVersion: z.string().min(1),
    labels: texts,
    annotations: texts,
  }),
  addressType: z.string(),
  endpoints: z.array(endpointShape).nullish(),
  ports: z.array(portShape).nullish(),
});
export type Slice = z.output<typeof sliceShape>;

export interface SlicePlace {
  readonly namespace: string;
  readonly service: string;
  /** The slice's own name. */
  readonly name: string;
  /** Of the Service's port; empty where it has none. */
  readonly portName: string;
  readonly group: string;
}

const SERVICE = "kubernetes.io/service-name";
const MANAGER = "endpointslice.kubernetes.io/managed-by";
const MANAGED_BY = "redis-baton";
const EPOCH = "redis-baton/epoch";
const GROUP = "redis-baton/group";

export interface SliceState {
  readonly endpoint: Reading["endpoint"];
  /** NO_EPOCH where somebody has taken it away. */
  readonly epoch: number;
  readonly raw: string;
}

function epochIn(annotations: Slice["metadata"]["annotations"]): number {
  const text = annotations?.[EPOCH] ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : NO_EPOCH;
}

/** Clients are led to every address of an endpoint that is not said to be unready. */
export const addressesOf = ({ endpoints }: Pick<Slice, "endpoints">): readonly string[] =>
  (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses }) => addresses ?? []);

const portOf = ({ ports }: Slice, name: string): number | undefined =>
  ports?.find((port) => (port.name ?? "") === name)?.port ?? undefined;

/**
 * Where it leads: NOBODY for whatever a write mends.
 * @throws Error for a slice that somebody else looks after, or that is another group's.
 */
export function stateOf(slice: Slice, place: SlicePlace): SliceState {
  const { labels, annotations } = slice.metadata;
  const manager = labels?.[MANAGER];
  const next = "name another slice in the cluster file";
  if (manager !== undefined && manager !== MANAGED_BY) {
    throw new Error(`EndpointSlice ${place.name} is managed by ${manager}; ${next}`);
  }
  const group = annotations?.[GROUP];
  if (group !== undefined && group !== place.group) {
    throw new Error(`EndpointSlice ${place.name} leads to the primary of group ${group}; ${next}`);
  }
  const addresses = addressesOf(slice);
  const port = portOf(slice, place.portName);
  const epoch = epochIn(annotations);
  const [address] = addresses;
  const isLed =
    manager === MANAGED_BY &&
    labels?.[SERVICE] === place.service &&
    addresses.length === 1 &&
    slice.endpoints?.length === 1;
  const endpoint = isLed && address !== undefined && port !== undefined ? { address, port } : NOBODY;
  const ways = addresses.slice(0, 5).join(" and ") || "no ready address";
  const service = labels?.[SERVICE] ?? "no Service";
  const raw = `${ways}, port ${port ?? "none"}, of ${service}, epoch ${annotations?.[EPOCH] ?? "none"}`;
  return { endpoint, epoch, raw: raw.slice(0, 200) };
}

export const isWritten = ({ endpoint, epoch }: SliceState, change: Change): boolean =>
  epoch === change.epoch && isSameEndpoint(endpoint, change.endpoint);

/** @throws Error when the API would refuse it: the kind of address cannot be changed. */
function addressTypeFor({ endpoint }: Change, slice: Slice | undefined, name: string): string {
  const version = isIP(endpoint.address);
  if (version === 0) throw new Error(`${endpointText(endpoint)} is no IP address, which a slice needs`);
  const type = `IPv${version}`;
  if (slice === undefined || slice.addressType === type) return type;
  const next = "remove it, or name another slice in the cluster file";
  throw new Error(`EndpointSlice ${name} is for ${slice.addressType}, and stays so; ${next}`);
}

/** The whole object for a PUT, or for a POST where there is none yet. */
export function sliceFor(change: Change, place: SlicePlace, found: Slice | undefined) {
  const { namespace, service, name, portName } = place;
  const { address, port } = change.endpoint;
  const addressType = addressTypeFor(change, found, name);
  const fresh = { name, namespace, labels: undefined, annotations: undefined };
  const { labels, annotations, ...metadata } = found?.metadata ?? fresh;
  const others = (found?.ports ?? []).filter((one) => (one.name ?? "") !== portName);
  const own = found?.ports?.find((one) => (one.name ?? "") === portName);
  return {
    ...found,
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      ...metadata,
      labels: { ...labels, [SERVICE]: service, [MANAGER]: MANAGED_BY },
      annotations: { ...annotations, [EPOCH]: String(change.epoch), [GROUP]: place.group },
    },
    addressType,
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ ...own, name: portName, protocol: "TCP", port }, ...others],
  };
}
