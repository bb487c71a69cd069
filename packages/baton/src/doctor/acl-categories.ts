// The ACL categories of the commands that Sentinel and replication send, as Redis 7.0 lists them.

const ADMINISTRATION = "admin slow dangerous";

/** By command, or `command|subcommand`; Valkey and Redis 6.2 to 8 agree in these. */
const CATEGORIES: Readonly<Record<string, string>> = {
  "acl|dryrun": ADMINISTRATION,
  "acl|whoami": "slow",
  auth: "fast connection",
  "client|id": "slow connection",
  "client|kill": `${ADMINISTRATION} connection`,
  "client|list": `${ADMINISTRATION} connection`,
  "client|no-evict": `${ADMINISTRATION} connection`,
  "client|pause": `${ADMINISTRATION} connection`,
  "client|reply": "slow connection",
  "client|setname": "slow connection",
  "client|unpause": `${ADMINISTRATION} connection`,
  "config|get": ADMINISTRATION,
  "config|resetstat": ADMINISTRATION,
  "config|rewrite": ADMINISTRATION,
  "config|set": ADMINISTRATION,
  discard: "fast transaction",
  echo: "fast connection",
  exec: "slow transaction",
  failover: ADMINISTRATION,
  hello: "fast connection",
  info: "slow dangerous",
  monitor: ADMINISTRATION,
  multi: "fast transaction",
  ping: "fast connection",
  psubscribe: "pubsub slow",
  psync: ADMINISTRATION,
  publish: "pubsub fast",
  punsubscribe: "pubsub slow",
  replconf: ADMINISTRATION,
  replicaof: ADMINISTRATION,
  role: "admin fast dangerous",
  "script|kill": "slow scripting",
  "sentinel|is-master-down-by-addr": ADMINISTRATION,
  "sentinel|get-master-addr-by-name": ADMINISTRATION,
  "sentinel|failover": ADMINISTRATION,
  "sentinel|set": ADMINISTRATION,
  shutdown: ADMINISTRATION,
  slaveof: ADMINISTRATION,
  subscribe: "pubsub slow",
  sync: ADMINISTRATION,
  unsubscribe: "pubsub slow",
  wait: "slow connection",
};

/** Without their "@"; undefined for a command that this table lacks. */
export function categoriesOf(command: string): readonly string[] | undefined {
  const found = Object.hasOwn(CATEGORIES, command) ? CATEGORIES[command] : undefined;
  return found?.split(" ");
}
