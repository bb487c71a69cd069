// What is in the way of an update, found without one: reach, key, clocks, the shape of the name, rights.
import { randomBytes } from "node:crypto";
import type { KnownNode, Proof } from "../../target.ts";
import { type Entry, harmless, readEntry } from "./entry.ts";
import { TYPE } from "./message.ts";
import type { NameServer, Session } from "./name-server.ts";
import { NameServerRefusal, Unfit } from "./refusal.ts";
import { FUDGE_SECONDS } from "./tsig.ts";
import { addressValue } from "./values.ts";

export interface Proving {
  readonly server: NameServer;
  readonly zone: string;
  readonly name: string;
  readonly key: string;
  readonly group: string;
  readonly ttlSeconds: number;
  readonly nodes: readonly KnownNode[];
}

const right = (sentence: string): Proof => ({ verdict: "right", sentence });
const problem = (sentence: string): Proof => ({ verdict: "problem", sentence });

/** A no is a problem; silence, or something that is no answer, shows nothing. */
function failed(what: string, error: unknown): Proof {
  const { cause, message } = error as Error;
  const isAnswer =
    error instanceof NameServerRefusal || error instanceof Unfit || cause instanceof Unfit;
  return { verdict: isAnswer ? "problem" : "unknown", sentence: `${what}: ${message}` };
}

function clockProof({ aheadSeconds = 0 }: Session): Proof {
  const apart = Math.abs(aheadSeconds);
  if (apart <= FUDGE_SECONDS / 2) return right(`the clocks of both sides are ${apart} s apart`);
  const limit = `signatures are refused from ${FUDGE_SECONDS} s on`;
  return problem(`the name server's clock is ${aheadSeconds} s ahead of this host's; ${limit}`);
}

function ttlProof({ name, ttlSeconds }: Proving, { addresses }: Entry): Proof {
  const [first] = addresses;
  if (first === undefined) return right(`${name} has no address yet; the first route makes it`);
  if (first.ttl <= ttlSeconds) return right(`${name} is remembered by resolvers for ${first.ttl} s`);
  const next = `the next change makes it ${ttlSeconds} s, and is seen only after that`;
  return problem(`${name} is remembered by resolvers for ${first.ttl} s; ${next}`);
}

async function rightsProof(session: Session, { name, key, nodes }: Proving): Promise<Proof> {
  const families = nodes.map(({ endpoint }) => addressValue(endpoint.address).type);
  const types = [...new Set([TYPE.TXT, ...families])];
  const what = `the key ${key} may change the addresses and texts of ${name}`;
  try {
    await session.update(harmless(name, types, randomBytes(16)));
    return right(`${what} (it was let remove records that are not there)`);
  } catch (error) {
    return failed(`whether ${what}`, error);
  }
}

/** Never rejects. Each look stands on the one before, so that the first failure is the last sentence. */
export async function proveNameServer(proving: Proving, signal: AbortSignal): Promise<readonly Proof[]> {
  const { server, zone, name, key, group } = proving;
  const proofs: Proof[] = [];
  try {
    await server.visit(signal, async (session) => {
      const [soa] = await session.query(zone, TYPE.SOA);
      if (soa === undefined) throw new Unfit(`${zone} is not the beginning of a zone there`);
      proofs.push(right(`the name server speaks for ${zone} and knows the key ${key}`));
      proofs.push(clockProof(session));
      proofs.push(ttlProof(proving, await readEntry(session, { name, group })));
      proofs.push(await rightsProof(session, proving));
    });
  } catch (error) {
    proofs.push(failed(`${name} cannot be kept`, error));
  }
  return proofs;
}
