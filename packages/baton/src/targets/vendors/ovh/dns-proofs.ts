// What would be in the way of a name that follows the primary, and what a person should know of it. Pure.
import type { KnownNode, Proof } from "../../target.ts";
import type { ZoneRecord } from "./dns-api.ts";

const problem = (sentence: string): Proof => ({ verdict: "problem", sentence });

function ofTtl(records: readonly ZoneRecord[], name: string, ttlSeconds: number): readonly Proof[] {
  return records.flatMap(({ type, target, ttlSeconds: found }) => {
    if (found !== undefined && found <= ttlSeconds) return [];
    const long = found === undefined ? "the zone's own" : `${found} s`;
    const sentence = `${name} ${type} ${target}: its TTL is ${long}, so long resolvers keep an old address`;
    return [problem(`${sentence}; the next change makes it ${ttlSeconds} s`)];
  });
}

export function nameProofs(
  records: readonly ZoneRecord[],
  about: {
    readonly name: string;
    readonly type: "A" | "AAAA";
    readonly ttlSeconds: number;
    readonly known: readonly KnownNode[];
  },
): readonly Proof[] {
  const { name, type, ttlSeconds, known } = about;
  const own = records.filter((record) => record.type === type);
  const rivals = ["A", "AAAA", "CNAME"].filter((one) => one !== type);
  const others = records.filter((record) => rivals.includes(record.type));
  const ports = [...new Set(known.map(({ endpoint }) => endpoint.port))];
  const foreign = known.filter(({ endpoint }) => endpoint.address.includes(":") !== (type === "AAAA"));
  const targets = own.map(({ target }) => target).join(", ");
  return [
    {
      verdict: "right",
      sentence: targets === "" ? `${name} has no ${type} record yet` : `${name} ${type} ${targets}`,
    },
    ...ofTtl(own, name, ttlSeconds),
    ...others.map(({ type: found, target }) => {
      return problem(
        `${name} has a ${found} record, too (${target}): some clients are led there; remove it`,
      );
    }),
    ...(ports.length > 1
      ? [
          problem(
            `nodes listen on ports ${ports.join(", ")}, and a name leads to an address without one`,
          ),
        ]
      : []),
    ...foreign.map(({ host, endpoint }) => {
      return problem(`${host} (${endpoint.address}) has no address for a record of type ${type}`);
    }),
  ];
}
