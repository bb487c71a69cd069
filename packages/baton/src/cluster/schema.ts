// The one table of the cluster file: shape, default, unit and meaning of every key. Validation, JSON
// Schema and docs follow from it.
import { z } from "zod";
import { maxLag } from "./lag.ts";
import { firewall } from "./schema-firewall.ts";
import { host } from "./schema-host.ts";
import { notify } from "./schema-notify.ts";
import { provision } from "./schema-provision.ts";
import { tls } from "./schema-tls.ts";
import {
  directive,
  duration,
  HOUR_MS,
  name,
  optionalSecret,
  port,
  rpo,
  SECOND_MS,
  secret,
  setting,
} from "./schema-values.ts";

const HOSTS_MAX = 64;
/** What one agent is made for (docs/benchmarks.md): who has more makes another cluster. */
const GROUPS_MAX = 1_000;
const TARGETS_MAX = 32;

const group = z.strictObject({
  name: name().meta({
    description: "The name under which Sentinels and clients know the group (Sentinel's master name).",
  }),
  hosts: z.array(name()).min(1).max(HOSTS_MAX).optional().meta({
    description: "Names of the hosts that run a node of it. Without this key: all hosts that run redis.",
    uniqueItems: true,
  }),
  primary: name().optional().meta({
    description: "Starts as primary; later Sentinel decides. Without this key: the first of the hosts.",
  }),
  port: port()
    .optional()
    .meta({ description: "Port of the group's Redis nodes. Without this key: `redis.port`." }),
  routerPort: port()
    .optional()
    .meta({ description: "Port of the group's routers. Without this key: `router.port`." }),
  readPort: port().optional().meta({
    description: "Port for reads of the group's routers. Without this key: `router.readPort`.",
  }),
});

const redis = z.strictObject({
  port: port()
    .default(6379)
    .meta({ description: "Port of the Redis nodes of every group that names none of its own." }),
  minReplicasToWrite: z.int().min(0).max(HOSTS_MAX).optional().meta({
    description:
      "A primary in touch with fewer replicas refuses writes. Derived from the rpo when left out.",
    unit: "replicas",
  }),
  minReplicasMaxLag: duration(2 * SECOND_MS, HOUR_MS)
    .refine((durationMs) => durationMs % SECOND_MS === 0, {
      error: "Expected whole seconds: Redis takes nothing finer",
    })
    .optional()
    .meta({
      description: "How long a silent replica counts as in touch. Derived from the rpo when left out.",
    }),
  settings: z
    .record(directive, setting)
    .default({})
    .meta({
      description:
        "Further directives for redis.conf, as they stand there. Refused are those that Baton writes " +
        "itself, and those that would stop a failover.",
    }),
});

const sentinel = z.strictObject({
  port: port().default(26_379).meta({ description: "Port of the Sentinels." }),
  downAfter: duration(SECOND_MS, HOUR_MS).optional().meta({
    description: "Silence after which a node is held to be down. Derived from the rto when left out.",
  }),
  failoverTimeout: duration(3 * SECOND_MS, HOUR_MS)
    .optional()
    .meta({
      description:
        "Half the time after which a failed attempt is tried again. Derived from the rto when left out.",
    }),
  parallelSyncs: z.int().min(1).max(HOSTS_MAX).optional().meta({
    description: "Replicas that are pointed at a new primary at the same time. 1 when left out.",
    unit: "replicas",
  }),
  quorum: z.int().min(1).max(HOSTS_MAX).optional().meta({
    description:
      "How many Sentinels must find the primary down before a failover. A majority when left out.",
    unit: "Sentinels",
  }),
});

const router = z.strictObject({
  port: port()
    .default(6380)
    .meta({ description: "Port of the routers of every group that names none of its own." }),
  hold: z
    .strictObject({
      time: duration(0, 60 * SECOND_MS)
        .prefault("10s")
        .meta({
          description: "How long a client waits for a primary before it gets an error.",
        }),
      sessions: z.int().min(0).max(100_000).default(1000).meta({
        description: "How many clients wait at the same time; one more gets an error at once.",
        unit: "sessions",
      }),
    })
    .prefault({})
    .meta({ description: "Clients are kept waiting while there is no primary, instead of failing." }),
  proxyProtocol: z
    .boolean()
    .default(false)
    .meta({
      description:
        "Whether clients come through a balancer that sends a PROXY header, version 2, before all else. " +
        "Who connects without one is closed.",
    }),
  accessLog: z
    .boolean()
    .default(false)
    .meta({
      description:
        "Whether routers write a line of JSON for every session that has ended: who, where to, how long, " +
        "how much. No command, no key, no password.",
    }),
  readPort: port().optional().meta({
    description:
      "A second port of the routers, which spreads connections over replicas. Without this key: none.",
  }),
  reads: z
    .strictObject({
      maxLag: maxLag()
        .prefault("10s")
        .meta({
          description:
            "How far a replica may be behind the primary and still be read from: the age of its data, or " +
            "bytes of replication. Its clients are cut when it falls further behind.",
        }),
      fallback: z.enum(["primary", "refuse"]).default("primary").meta({
        description: "What becomes of new clients of that port while no replica is fit.",
      }),
    })
    .prefault({})
    .meta({ description: "What the port for reads promises; without effect where there is none." }),
  durability: z
    .enum(["async", "replicated"])
    .default("async")
    .meta({
      description:
        "When a client of a router is told that its write is done. `async`: as soon as the primary has " +
        "it. `replicated`: when every replica has it that Sentinel could promote; while none of them can " +
        "confirm it, writes are refused.",
    }),
});

/** Loose: what else stands there belongs to the kind, and is held against the kind's own table. */
const target = z.looseObject({
  name: name().meta({ description: "The target's name in this file, in status and in commands." }),
  kind: z.string().min(1).max(40).meta({
    description: "What it is: `baton targets list --kinds` names all; each kind has keys of its own.",
  }),
  on: z
    .array(name())
    .min(1)
    .max(HOSTS_MAX)
    .meta({
      description:
        "Hosts whose agent serves it. Where several serve a shared one, the first acts at once and the " +
        "others a moment later.",
      uniqueItems: true,
    }),
  group: name().optional().meta({
    description: "The group whose primary it names. Needed where there are several groups.",
  }),
});

export const clusterFile = z.strictObject({
  name: name()
    .prefault("baton")
    .meta({ description: "Names the cluster in reports, logs and folders." }),
  objectives: z
    .strictObject({
      rto: duration(0, HOUR_MS).prefault("5s").meta({
        description: "The longest time without writes after the crash of a primary; 2200ms or more.",
      }),
      rpo: rpo()
        .prefault("5s")
        .meta({
          description:
            "How old an acknowledged write may be and still get lost; 3s or more, and two replicas a " +
            "group. `none` makes no promise.",
        }),
    })
    .prefault({})
    .meta({
      description: "What the service promises. All timings of Redis and Sentinel follow from it.",
    }),
  hosts: z.array(host).min(1).max(HOSTS_MAX).meta({ description: "The machines." }),
  groups: z.array(group).min(1).max(GROUPS_MAX).optional().meta({
    description:
      "A primary and its replicas each. Without this key: `main` on all hosts that run redis.",
  }),
  redis: redis.prefault({}).meta({ description: "Settings of all Redis nodes." }),
  sentinel: sentinel
    .prefault({})
    .meta({ description: "Settings of all Sentinels; the timings replace derived ones." }),
  agent: z
    .strictObject({
      port: port().default(8377).meta({ description: "Port of the agents' own HTTP." }),
      listen: z.enum(["loopback", "host"]).default("loopback").meta({
        description: "Where that HTTP listens: for its own host, or at the host's address.",
      }),
      fence: z.boolean().default(true).meta({
        description:
          "Whether an agent demotes a node that takes writes although it is not the agreed primary.",
      }),
    })
    .prefault({})
    .meta({ description: "Settings of all agents." }),
  router: router.prefault({}).meta({ description: "Settings of all routers." }),
  targets: z.array(target).max(TARGETS_MAX).default([]).meta({
    description: "Places that tell clients where the primary is, beside the routers.",
  }),
  notify,
  firewall: firewall.optional().meta({
    description:
      "Closes the cluster's ports to everybody but its hosts and those named here, on every host. Without " +
      "this section Baton leaves the firewall alone.",
  }),
  provision: provision.optional().meta({
    description:
      "The cloud in which Terraform makes the hosts, one of the two. Without this section Baton renders no " +
      "Terraform.",
  }),
  tls: tls.optional().meta({
    description:
      "Encrypts what goes between hosts. Without this section all of it is plain text, passwords included.",
  }),
  secrets: z
    .strictObject({
      application: secret(
        "BATON_APPLICATION_PASSWORD",
        "What applications send to Redis, Sentinel and the router.",
      ),
      replication: secret("BATON_REPLICATION_PASSWORD", "Used between Redis nodes."),
      sentinel: secret("BATON_SENTINEL_PASSWORD", "Used by Sentinels towards Redis."),
      peer: secret("BATON_PEER_PASSWORD", "Used between Sentinels."),
      agent: secret("BATON_AGENT_PASSWORD", "Used by Baton towards Redis and Sentinel."),
      token: optionalSecret(
        "What a request to an agent must bear to change something: a switchover, a pause. Without " +
          "this key the agents' HTTP only shows.",
      ),
      previousApplication: optionalSecret(
        "The password that applications sent until now, accepted beside the new one until this key is gone.",
      ),
    })
    .prefault({})
    .meta({ description: "Where the passwords are to be found; never the passwords themselves." }),
});

/** The cluster file after validation, with its defaults, before anything follows from it. */
export type ClusterFile = z.output<typeof clusterFile>;
export type HostEntry = z.output<typeof host>;
export const hostEntry = host;
