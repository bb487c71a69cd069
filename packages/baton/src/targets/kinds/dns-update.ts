// A name in a zone of the user's own name server, led to the primary by signed updates (RFC 2136, TSIG).
import { z } from "zod";
import { duration, secret } from "../../cluster/schema-values.ts";
import { BatonError } from "../../errors.ts";
import { endpointText, type Surroundings, type TargetKind } from "../target.ts";
import { readEntry, readingOf, updateTo } from "../vendors/dns/entry.ts";
import { openNameServer } from "../vendors/dns/name-server.ts";
import { proveNameServer } from "../vendors/dns/prove.ts";
import { ALGORITHMS, type TsigKey } from "../vendors/dns/tsig.ts";

const LABELS = /^(?=.{1,240}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?$/;
const domain = () =>
  z
    .string()
    .regex(LABELS, { error: "Expected a domain name: letters, digits, - and _ between dots" })
    .transform((text) => text.toLowerCase().replace(/\.$/, ""));

const SERVER = /^(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9][A-Za-z0-9.-]{0,252})(:(\d{1,5}))?$/;
const server = z.string().transform((text, context) => {
  const [, host = "", , port = "53"] = SERVER.exec(text) ?? [];
  const number = Number(port);
  if (host !== "" && number >= 1 && number <= 65_535) {
    return { host: host.replace(/^\[(.*)\]$/, "$1"), port: number };
  }
  context.addIssue({ code: "custom", message: "Expected ADDRESS or ADDRESS:PORT, IPv6 in brackets" });
  return z.NEVER;
});

const settings = z
  .strictObject({
    server: server.meta({
      description: "The zone's primary name server, ADDRESS or ADDRESS:PORT. Asked over TCP.",
    }),
    zone: domain().meta({ description: "The zone that holds the name." }),
    record: domain().meta({
      description:
        "The whole name that clients look up. Its A, AAAA and `v=baton1` TXT records are Baton's.",
    }),
    ttl: duration(1_000, 3_600_000)
      .refine((ms) => ms % 1_000 === 0, { error: "Expected whole seconds" })
      .prefault("5s")
      .meta({ description: "How long resolvers may remember the records: clients follow no sooner." }),
    key: domain().meta({ description: "The name of the TSIG key, exactly as the server has it." }),
    algorithm: z
      .enum(ALGORITHMS)
      .default("hmac-sha256")
      .meta({ description: "The key's algorithm, as the server has it." }),
    secret: secret("BATON_DNS_SECRET", "The TSIG key itself, in base64 as servers have it."),
    timeout: duration(50, 60_000).prefault("5s").meta({ description: "How long one attempt may take." }),
    checkEvery: duration(1_000, 3_600_000)
      .prefault("5s")
      .meta({ description: "How often the records are looked at when they are right." }),
  })
  .refine(({ zone, record }) => record === zone || record.endsWith(`.${zone}`), {
    error: "Expected a name in the zone",
    path: ["record"],
  });
type Settings = z.output<typeof settings>;

async function readKey(
  { key: name, algorithm, secret: reference }: Settings,
  surroundings: Surroundings,
): Promise<TsigKey> {
  const text = (await surroundings.readSecret(`of target ${surroundings.name}`, reference)).trim();
  const bytes = Buffer.from(text, "base64");
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text) || bytes.length === 0) {
    throw new BatonError("SECRET", `the TSIG key of target ${surroundings.name} is not in base64`);
  }
  return { name, algorithm, secret: bytes };
}

export const dnsUpdate: TargetKind<Settings> = {
  id: "dns-update",
  summary:
    "keeps the address record of a name by signed updates (RFC 2136), with the epoch in a TXT record",
  fencing: "compare-and-set",
  tier: "real",
  facts: {
    delay: "the TTL of the record; longer where resolvers or clients remember longer than they may",
    clients: "New connections follow after the TTL. Open ones stay where they are until they break.",
    rights:
      "A TSIG key that may change A (or AAAA) and TXT of this one name. BIND: " +
      "`update-policy { grant KEY name RECORD A TXT; };`. Knot: an `acl` with `key`, " +
      "`action: update`, `update-type: [A, TXT]`, `update-owner: name`, " +
      "`update-owner-name: [RECORD]`. " +
      "`tsig-keygen` or `keymgr -t` makes the key.",
    instead: "the router or HAProxy, where clients keep connections or must follow within a second",
  },
  reach: "shared",
  // What a resolver has remembered cannot be taken back.
  followsEarly: false,
  settings,
  reachedAt: ({ server: { host, port } }) => [endpointText({ address: host, port })],
  open(own, surroundings) {
    const { zone, record: name, key } = own;
    const { group, nodes, wallMs } = surroundings;
    const ttlSeconds = own.ttl / 1_000;
    const place = { name, group };
    const nameServer = openNameServer({
      ...own.server,
      zone,
      wallMs,
      readKey: () => readKey(own, surroundings),
    });
    return Promise.resolve({
      deadlineMs: own.timeout,
      checkEveryMs: own.checkEvery,
      read: (signal) => {
        return nameServer.visit(signal, async (session) => readingOf(await readEntry(session, place)));
      },
      async write(change, signal) {
        await nameServer.visit(signal, async (session) => {
          const update = updateTo(await readEntry(session, place), name, ttlSeconds, change);
          if (update !== undefined) await session.update(update);
        });
      },
      prove(signal) {
        const proving = { server: nameServer, zone, name, key, group, ttlSeconds, nodes };
        return proveNameServer(proving, signal);
      },
    });
  },
};
