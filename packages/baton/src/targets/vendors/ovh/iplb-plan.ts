// What has to be changed in a farm so that one node takes the connections: every server, each with the mark
// of the change. Pure.
import type { Endpoint } from "../../../cluster/types.ts";
import { isSameEndpoint } from "../../target.ts";
import type { Server, ServerReply } from "./iplb-api.ts";
import type { Marked } from "./iplb-judge.ts";

export interface Step {
  readonly server: Server;
  readonly isActive: boolean;
  /** Whether it is not yet as it should be. */
  readonly isDue: boolean;
}

export interface Plan {
  /** The server that takes the connections comes first: two may take them for a moment, none never. */
  readonly steps: readonly Step[];
  /** No server has the endpoint: one has to be added. */
  readonly isMissing: boolean;
  readonly isDue: boolean;
}

const hasEndpoint = ({ endpoint: own }: Server, endpoint: Endpoint): boolean =>
  own.port === 0 ? own.address === endpoint.address : isSameEndpoint(own, endpoint);

export function planOf(
  nodes: readonly Marked[],
  { endpoint, epoch }: { readonly endpoint: Endpoint; readonly epoch: number },
): Plan {
  const fitting = nodes.filter(({ server }) => hasEndpoint(server, endpoint));
  const chosen = fitting.find(({ server }) => server.isActive) ?? fitting[0];
  const others = nodes.filter((node) => node !== chosen);
  const steps = [...(chosen === undefined ? [] : [chosen]), ...others].map((node): Step => {
    const isActive = node === chosen;
    const { server, mark } = node;
    const lacksPort = isActive && server.endpoint.port === 0;
    const isDue = server.isActive !== isActive || mark?.epoch !== epoch || lacksPort;
    return { server, isActive, isDue };
  });
  const isMissing = chosen === undefined;
  return { steps, isMissing, isDue: isMissing || steps.some((step) => step.isDue) };
}

/** Never null in OVHcloud's own model; the others may be. */
const NEVER_NULL = ["backup", "probe", "ssl"] as const;
const MAY_BE_NULL = ["chain", "port", "proxyProtocolVersion", "weight"] as const;

/**
 * Everything that may be changed, as it was: OVHcloud does not say what becomes of what a change leaves out.
 * What is cut when a server is switched off is Baton's to say.
 */
export function changedBody(
  { server, isActive }: Pick<Step, "server" | "isActive">,
  { endpoint, name }: { readonly endpoint: Endpoint; readonly name: string },
): object {
  const { reply } = server;
  const kept: Record<string, unknown> = {};
  for (const key of NEVER_NULL) if (typeof reply[key] === "boolean") kept[key] = reply[key];
  for (const key of MAY_BE_NULL) if (reply[key] !== undefined) kept[key] = reply[key];
  if (isActive && server.endpoint.port === 0) kept["port"] = endpoint.port;
  const status = isActive ? "active" : "inactive";
  return { ...kept, status, displayName: name, onMarkedDown: "shutdown-sessions" };
}

/** A server for a node that has none yet, in the manner of one of the others. */
export function addedBody(
  endpoint: Endpoint,
  { like, name }: { readonly like: ServerReply | undefined; readonly name: string },
): object {
  const taken = { probe: like?.probe, ssl: like?.ssl, proxyProtocolVersion: like?.proxyProtocolVersion };
  const kept = Object.entries(taken).filter(([, value]) => value !== undefined && value !== null);
  const { address, port } = endpoint;
  const own = { address, port, status: "active", displayName: name, onMarkedDown: "shutdown-sessions" };
  return { ...Object.fromEntries(kept), ...own };
}
