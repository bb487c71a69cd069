// etcd: a key that holds address, port and epoch of the primary, changed by a transaction that compares.
import { z } from "zod";
import { duration, secret } from "../../cluster/schema-values.ts";
import { slowness } from "../../sys/clock.ts";
import { placeOf } from "../api/place.ts";
import type { TargetKind } from "../target.ts";
import { EtcdClient } from "../vendors/etcd/client.ts";
import { type EtcdKey, readKey, writeKey } from "../vendors/etcd/key.ts";
import { proveEtcd } from "../vendors/etcd/prove.ts";
import { isInTheClear } from "../api/secret-url.ts";
import { baseUrl, IN_THE_CLEAR } from "../vendors/stores/base-url.ts";
import { tlsFiles } from "../vendors/stores/tls-files.ts";

const settings = z
  .strictObject({
    endpoints: z
      .array(baseUrl())
      .min(1)
      .max(16)
      .meta({ description: "Client URLs of the members, asked in turn until one answers." }),
    key: z
      .string()
      .regex(/^[\x21-\x7e]{1,512}$/, { error: "Expected 1 to 512 printable characters without spaces" })
      .meta({ description: "The key, such as `/services/redis/primary`; no other group has the same." }),
    user: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, { error: "Expected 1 to 128 printable characters without spaces" })
      .optional()
      .meta({ description: "Who logs in; default: nobody does." }),
    password: secret("ETCD_PASSWORD", "Of that user; not looked at without one."),
    tls: tlsFiles(),
    timeout: duration(50, 60_000).prefault("5s").meta({
      description: "How long one attempt may take. One of several endpoints gets its share of it.",
    }),
    checkEvery: duration(1_000, 3_600_000)
      .prefault("5s")
      .meta({ description: "How often the key is looked at while it is right." }),
  })
  .refine(({ user, endpoints }) => user === undefined || !endpoints.some(isInTheClear), {
    path: ["endpoints"],
    error: IN_THE_CLEAR,
  });
type Settings = z.output<typeof settings>;

/** Enough for a change by every agent at once; it keeps a mistake from flooding a cluster that others use. */
const REQUESTS_PER_SECOND = 50;

export const etcd: TargetKind<Settings> = {
  id: "etcd",
  summary: "keeps a key of etcd with group, address, port and epoch of the primary",
  fencing: "compare-and-set",
  tier: "real",
  facts: {
    delay: "milliseconds: whoever watches the key is told at once",
    clients: "Those that watch the key connect anew; connections that are open are not cut.",
    rights:
      "A user with one role that has `readwrite` on this one key: `etcdctl role grant-permission ROLE " +
      "readwrite KEY`. Without authentication none.",
    instead: "the router, where an application cannot watch a key and close its connections by itself",
  },
  reach: "shared",
  // A watcher has been told, and has connected.
  followsEarly: false,
  settings,
  reachedAt: ({ endpoints }) => endpoints.map(placeOf),
  async open(own, { name, group, readSecret, pacerOf }) {
    const { endpoints, key, user, password, tls, timeout: timeoutMs } = own;
    const login =
      user === undefined
        ? undefined
        : { user, password: await readSecret(`of target ${name}`, password) };
    const pacer = pacerOf(`etcd ${endpoints.join(" ")}`, REQUESTS_PER_SECOND);
    const client = new EtcdClient({ endpoints, login, tls, pacer, timeoutMs: timeoutMs * slowness() });
    const place: EtcdKey = { etcd: client, key, group };
    return {
      deadlineMs: timeoutMs,
      checkEveryMs: own.checkEvery,
      read: (signal) => readKey(place, signal),
      write: (change, signal) => writeKey(place, change, signal),
      prove: (signal) => proveEtcd({ ...place, endpoints, user }, signal),
      close: () => client.close(),
    };
  },
};
