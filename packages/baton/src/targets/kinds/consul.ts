// Consul: a key that holds address, port and epoch of the primary, changed by check-and-set.
import { z } from "zod";
import { duration, optionalSecret } from "../../cluster/schema-values.ts";
import { placeOf } from "../api/place.ts";
import { openApiWithFiles, tlsFiles } from "../vendors/stores/tls-files.ts";
import type { TargetKind } from "../target.ts";
import { type ConsulKey, readKey, writeKey } from "../vendors/consul/key.ts";
import { proveConsul } from "../vendors/consul/prove.ts";
import { isInTheClear } from "../api/secret-url.ts";
import { baseUrl, IN_THE_CLEAR } from "../vendors/stores/base-url.ts";
import { forHeader } from "../vendors/stores/header-secret.ts";

const settings = z
  .strictObject({
    endpoint: baseUrl()
      .prefault("http://127.0.0.1:8500")
      .meta({ description: "The HTTP API of an agent or a server of Consul." }),
    key: z
      .string()
      .max(255)
      // Newer versions of Consul refuse more than that, and ends that look like a file's.
      .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/, {
        error: "Expected words of letters, digits, _ and -, with slashes between them and none in front",
      })
      .meta({ description: "The key, such as `redis/primary`; no other group has the same." }),
    token: optionalSecret("An ACL token; default: none, for a Consul without ACLs."),
    datacenter: z
      .string()
      .regex(/^[a-z0-9_-]{1,64}$/, { error: "Expected lower case letters, digits, _ and -" })
      .optional()
      .meta({ description: "Whose key it is; default: the datacenter of the endpoint." }),
    tls: tlsFiles(),
    timeout: duration(50, 60_000).prefault("5s").meta({ description: "How long one attempt may take." }),
    checkEvery: duration(1_000, 3_600_000)
      .prefault("5s")
      .meta({ description: "How often the key is looked at while it is right." }),
  })
  .refine(({ token, endpoint }) => token === undefined || !isInTheClear(endpoint), {
    path: ["endpoint"],
    error: IN_THE_CLEAR,
  });
type Settings = z.output<typeof settings>;

/** Enough for a change by every agent at once; it keeps a mistake from flooding a Consul that others use. */
const REQUESTS_PER_SECOND = 50;

export const consul: TargetKind<Settings> = {
  id: "consul",
  summary: "keeps a key of Consul with group, address, port and epoch of the primary",
  fencing: "compare-and-set",
  tier: "hand",
  facts: {
    delay: "milliseconds for a blocking query; as long as consul-template waits for its readers",
    clients: "Those that wait for the key connect anew; connections that are open are not cut.",
    rights: 'A token with one policy: `key "KEY" { policy = "write" }`, which lets it be read, too.',
    instead: "the router, where an application cannot watch a key and close its connections by itself",
  },
  reach: "shared",
  // A reader has been told, and has connected.
  followsEarly: false,
  settings,
  reachedAt: ({ endpoint }) => [placeOf(endpoint)],
  async open(own, { name, group, readSecret, pacerOf, wallMs }) {
    const { endpoint, key, datacenter, tls } = own;
    const what = `of target ${name}`;
    const token = own.token && forHeader(`the token ${what}`, await readSecret(what, own.token));
    const api = openApiWithFiles(
      {
        vendor: "Consul",
        base: endpoint,
        pacer: pacerOf(`consul ${endpoint}`, REQUESTS_PER_SECOND),
        secrets: token === undefined ? [] : [token],
        sign: () => (token === undefined ? {} : { "x-consul-token": token }),
      },
      tls,
    );
    const place: ConsulKey = { api, key, group, datacenter };
    const { host } = new URL(endpoint);
    return {
      deadlineMs: own.timeout,
      checkEveryMs: own.checkEvery,
      read: (signal) => readKey(place, signal),
      write: (change, signal) => writeKey(place, change, signal),
      prove: (signal) => proveConsul({ ...place, host, hasToken: token !== undefined, wallMs }, signal),
      close: () => api.close(),
    };
  },
};
