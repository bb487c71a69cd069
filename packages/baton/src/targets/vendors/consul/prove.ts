// What is right and wrong with a Consul before it is needed: a leader, the datacenter, the token, the key.
import { z } from "zod";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Proof } from "../../target.ts";
import { problem, proven, right, unknown } from "../stores/proving.ts";
import { type ConsulKey, readKey } from "./key.ts";

export interface ProvenConsul extends ConsulKey {
  /** Host and port, for sentences. */
  readonly host: string;
  readonly hasToken: boolean;
  wallMs(): number;
}

/** A token that ends sooner than that needs somebody now. */
const EXPIRY_MS = 24 * 3_600_000;

const tokenShape = z.object({
  AccessorID: z.string().max(100),
  Policies: z.array(z.object({ Name: z.string() })).nullish(),
  Roles: z.array(z.object({ Name: z.string() })).nullish(),
  ExpirationTime: z.iso.datetime({ offset: true }).nullish(),
});

async function leader({ api, host }: ProvenConsul, signal: AbortSignal): Promise<readonly Proof[]> {
  const { body } = await api.ask(
    { method: "GET", path: "/v1/status/leader", reply: z.string() },
    signal,
  );
  return [
    body === "" ? problem(`${host}: Consul has no leader`) : right(`${host}: Consul has a leader`),
  ];
}

async function datacenterOf(
  own: ProvenConsul,
  named: string,
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  const path = "/v1/catalog/datacenters";
  const { body } = await own.api.ask({ method: "GET", path, reply: z.array(z.string()) }, signal);
  if (body.includes(named)) return [right(`there is a datacenter ${named}`)];
  return [problem(`there is no datacenter ${named}, only ${body.slice(0, 20).join(", ")}`)];
}

const ruleFor = (key: string): string => `key "${key}" { policy = "write" }`;

async function token(own: ProvenConsul, signal: AbortSignal): Promise<readonly Proof[]> {
  const { api, key, wallMs } = own;
  try {
    const { body } = await api.ask(
      { method: "GET", path: "/v1/acl/token/self", reply: tokenShape },
      signal,
    );
    const named = [...(body.Policies ?? []), ...(body.Roles ?? [])].map(({ Name: name }) => name);
    const by = named.length === 0 ? "no policy" : named.slice(0, 20).join(", ");
    const leftMs = Date.parse(body.ExpirationTime ?? "") - wallMs();
    // Not a number without an end.
    const isEnding = leftMs < EXPIRY_MS;
    const ends = isEnding ? [problem(`token ${body.AccessorID} ends at ${body.ExpirationTime}`)] : [];
    const asked = `Consul tells no token its rights; one of them has to say ${ruleFor(key)}`;
    return [...ends, unknown(`token ${body.AccessorID} has ${by}: ${asked}`)];
  } catch (error) {
    if (!(error instanceof ApiRefusal) || !error.body.includes("ACL support disabled")) throw error;
    return [unknown(`ACLs are switched off: whoever reaches Consul may change ${key}`)];
  }
}

async function held(own: ProvenConsul, signal: AbortSignal): Promise<readonly Proof[]> {
  try {
    const reading = await readKey(own, signal);
    const found = reading === undefined ? "is not there, or hidden" : `holds ${reading.raw}`;
    return [right(`${own.key} ${found}`)];
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status !== 403) throw error;
    return [problem(`${error.message}; the token's policy has to say ${ruleFor(own.key)}`)];
  }
}

export async function proveConsul(own: ProvenConsul, signal: AbortSignal): Promise<readonly Proof[]> {
  const { datacenter, hasToken } = own;
  const found = [...(await proven("the leader", signal, () => leader(own, signal)))];
  if (datacenter !== undefined) {
    const look = () => datacenterOf(own, datacenter, signal);
    found.push(...(await proven("the datacenter", signal, look)));
  }
  if (hasToken) found.push(...(await proven("the token", signal, () => token(own, signal))));
  return [...found, ...(await proven(own.key, signal, () => held(own, signal)))];
}
