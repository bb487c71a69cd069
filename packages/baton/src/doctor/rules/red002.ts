// RED002: passwords of the nodes that do not fit each other.
import type { RedisInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { familiesOf, isReplica, placeOf } from "../nodes.ts";
import { accepts, refusals, replicationLogin, written } from "../passwords.ts";
import type { Rule } from "../rule.ts";
import { requiresPassword } from "../settings.ts";

const replica = "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nrequirepass second-one\nmasterauth first-one\n";

const sentinel = "sentinel monitor main 10.0.0.1 6379 2\n";

export const red002: Rule = {
  id: "RED002",
  title: "passwords that differ between the nodes of a group",
  severity: "error",
  why:
    "Each node becomes the primary of the others one day, and Sentinel has one password for all of " +
    "them (auth-pass). With passwords of its own, a promoted node turns its replicas, Sentinel or " +
    "the clients away.",
  fix: "Use one requirepass and one masterauth on all nodes, or the same ACL users on all of them.",
  evidence: "Follows from one auth-pass a group in Sentinel and one masterauth a node.",
  sees: ["static"],
  bad: {
    about: "The replica's own password is another one than that of its primary.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nrequirepass first-one\nmasterauth first-one\n",
      "h2/redis.conf": replica,
      "h1/sentinel.conf": sentinel,
    },
  },
  good: {
    about: "Replicas log in as a user of their own, whose password the other node has.",
    files: {
      "h1/redis.conf":
        "bind 10.0.0.1\nuser default on >first-one ~* +@all\nuser repl on >second-one -@all +psync " +
        "+replconf\n" +
        "masteruser repl\nmasterauth second-one\n",
      "h2/redis.conf":
        "bind 10.0.0.2\nuser default on >first-one ~* +@all\nuser repl on >second-one -@all +psync " +
        "+replconf\n" +
        "masteruser repl\nmasterauth second-one\nreplicaof 10.0.0.1 6379\n",
      "h1/sentinel.conf": sentinel,
    },
  },
  *check(facts) {
    for (const { nodes, group } of familiesOf(facts)) {
      const isWatched = group !== undefined;
      // Without Sentinel only the primary matters.
      const peers = nodes.filter((peer) => isWatched || isReplica(peer) === false);
      const refusingPeer = refusals(peers, accepts);
      const misfits = nodes.flatMap((node) => misfit(node, isWatched, refusingPeer) ?? []);
      if (misfits.length > 0) yield* misfits;
      else if (group !== undefined) yield* differing(nodes);
    }
  },
};

/** A replication password that a peer would not take. */
function misfit(
  node: RedisInstance,
  isWatched: boolean,
  refusingPeer: ReturnType<typeof refusals<RedisInstance>>,
): Draft | undefined {
  const login = replicationLogin(node);
  if (login === undefined || (!isWatched && isReplica(node) !== true)) return undefined;
  const refusing = refusingPeer(login, node);
  return (
    refusing && {
      place: login.place,
      message:
        `${refusing.name} does not accept the masterauth of this node (as user "${login.user}"), ` +
        "so this node cannot become its replica.",
    }
  );
}

/** Sentinel and the clients have one password for all. */
function differing(nodes: readonly RedisInstance[]): readonly Draft[] {
  const hasUser = ({ config }: RedisInstance): boolean =>
    config?.users.some(({ name }) => name === "default") === true;
  const known = nodes.flatMap((node) => {
    const password = written(node, "requirepass");
    return password === undefined || password.isUnknown || hasUser(node) ? [] : [{ node, password }];
  });
  const [first, ...rest] = known;
  if (first === undefined) return [];
  const name = first.node.name;
  const others = rest.filter(({ password }) => password.text !== first.password.text);
  const open = nodes.filter((node) => requiresPassword(node) === false);
  return [
    ...others.map(({ password }) => ({
      place: password.place,
      message:
        `requirepass is not that of ${name}; Sentinel and clients have one password for the whole ` +
        `group.`,
    })),
    ...open.map((node) => ({
      place: placeOf(node),
      message: `There is no requirepass, while ${name} has one; clients that send it are refused here.`,
    })),
  ];
}
