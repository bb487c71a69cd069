// Who is what in a cluster of real hosts: by each node and each Sentinel, asked in their own host, so that
// neither the network nor Baton stands between.
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import type { Hosts, TestHost } from "./hosts.ts";

export type NodeRole =
  | { readonly host: string; readonly kind: "primary" }
  | { readonly host: string; readonly kind: "replica"; readonly of: string; readonly link: string }
  | { readonly host: string; readonly kind: "silent" };

export interface SentinelWord {
  readonly host: string;
  /** Address of the primary; undefined when this Sentinel is silent. */
  readonly primary: string | undefined;
  readonly epoch: number;
  readonly flags: string;
  readonly replicas: number;
  readonly others: number;
}

export interface Roles {
  readonly nodes: readonly NodeRole[];
  readonly sentinels: readonly SentinelWord[];
}

/** A primary that all agree on, and the epoch in which it became one. */
export interface Agreed {
  readonly primary: string;
  readonly epoch: number;
}

/** Redis listens at the host's address. The password comes by the input: an argument is read by anybody. */
const ASK = `
read -r REDISCLI_AUTH; export REDISCLI_AUTH
address=$1; port=$2; shift 2
exec timeout 5 redis-cli -h "$address" -p "$port" "$@"
`;

export interface Asking {
  readonly hosts: Hosts;
  readonly nodes: readonly TestHost[];
  readonly password: string;
  /** Hosts that run a Sentinel; those of the nodes by default. */
  readonly sentinels?: readonly TestHost[];
  /** Of redis-cli, before its command; none by default. */
  readonly options?: readonly string[];
}

/** Standard output of redis-cli in the host. @throws Error when it fails */
export async function redisCli(
  { hosts, nodes, sentinels = nodes, password, options = [] }: Asking,
  host: string,
  port: number,
  ...args: readonly string[]
): Promise<string> {
  const address = [...nodes, ...sentinels].find(({ name }) => name === host)?.address ?? "";
  const argv = ["sh", "-c", ASK, "sh", address, String(port), ...options, ...args] as const;
  const { status, stdout, stderr } = await hosts.run(host, argv, { input: `${password}\n` });
  if (status === 0 && !/^(\(error\)|NOAUTH|NOPERM|ERR )/.test(stdout)) return stdout;
  throw new Error(`${host}: redis-cli ${args.join(" ")}: ${String(status)} ${stdout}${stderr}`);
}

async function nodeRole(asking: Asking, host: string): Promise<NodeRole> {
  let text: string;
  try {
    text = await redisCli(asking, host, 6379, "--json", "ROLE");
  } catch {
    // Off, frozen, not started or still loading: all the same to who asks for roles.
    return { host, kind: "silent" };
  }
  const [role, of, , link] = JSON.parse(text) as readonly unknown[];
  if (role === "master") return { host, kind: "primary" };
  return { host, kind: "replica", of: String(of), link: String(link) };
}

async function sentinelWord(asking: Asking, host: string): Promise<SentinelWord> {
  let told: Readonly<Record<string, string>> = {};
  try {
    const text = await redisCli(asking, host, 26379, "--json", "SENTINEL", "MASTER", "main");
    told = JSON.parse(text) as typeof told;
  } catch {
    // As above.
  }
  return {
    host,
    primary: told["ip"],
    epoch: Number(told["config-epoch"] ?? -1),
    flags: told["flags"] ?? "silent",
    replicas: Number(told["num-slaves"] ?? 0),
    others: Number(told["num-other-sentinels"] ?? 0),
  };
}

const thoseOn = ({ hosts }: Asking, all: readonly TestHost[]): readonly string[] =>
  all.map(({ name }) => name).filter((name) => hosts.isOn(name));

export async function askSentinels(asking: Asking): Promise<readonly SentinelWord[]> {
  const names = thoseOn(asking, asking.sentinels ?? asking.nodes);
  return await Promise.all(names.map(async (name) => await sentinelWord(asking, name)));
}

async function askRoles(asking: Asking): Promise<Roles> {
  const names = thoseOn(asking, asking.nodes);
  const nodes = Promise.all(names.map(async (name) => await nodeRole(asking, name)));
  return { sentinels: await askSentinels(asking), nodes: await nodes };
}

/** Clauses on what is amiss; none, and the primary, when everybody is there and agrees. */
function judge(
  { nodes, sentinels }: Roles,
  hosts: readonly TestHost[],
  electorate: readonly TestHost[] = hosts,
): Agreed | string {
  const primaries = nodes.filter(({ kind }) => kind === "primary");
  const [first] = primaries;
  if (first === undefined || primaries.length > 1)
    return `one primary, not ${primaries.map(({ host }) => host).join(" and ") || "none"}`;
  const address = hosts.find(({ name }) => name === first.host)?.address;
  const astray = [
    ...nodes.flatMap((node) =>
      node.kind === "primary" ||
      (node.kind === "replica" && node.of === address && node.link === "connected")
        ? []
        : [JSON.stringify(node)],
    ),
    ...sentinels.flatMap((word) =>
      word.primary === address &&
      word.flags === "master" &&
      word.replicas === hosts.length - 1 &&
      word.others === electorate.length - 1
        ? []
        : [JSON.stringify(word)],
    ),
  ];
  const epochs = new Set(sentinels.map(({ epoch }) => epoch));
  const [epoch] = epochs;
  if (epochs.size !== 1 || epoch === undefined) astray.push(`epochs ${[...epochs].join(" and ")}`);
  if (nodes.length !== hosts.length) astray.push(`${nodes.length} of ${hosts.length} hosts are on`);
  return astray.length > 0 || epoch === undefined ? astray.join("; ") : { primary: first.host, epoch };
}

/** @throws BatonError NOT_READY with what is amiss */
export async function untilWhole(asking: Asking, withinMs: number): Promise<Agreed> {
  const look = async () => {
    const judged = judge(await askRoles(asking), asking.nodes, asking.sentinels);
    return typeof judged === "string" ? missing(judged) : seen(judged);
  };
  return await waitFor("all nodes and Sentinels to agree", look, { withinMs, everyMs: 200 });
}

/** The ids in a list, as the node of that host has it. */
export async function idsIn(asking: Asking, host: string, key: string): Promise<readonly number[]> {
  const text = await redisCli(asking, host, 6379, "LRANGE", key, "0", "-1");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(Number);
}
