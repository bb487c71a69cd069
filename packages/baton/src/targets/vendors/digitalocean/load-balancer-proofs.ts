// What a load balancer is like, and whether Redis can live behind it.
import type { Proof } from "../../target.ts";
import type { DigitalOcean } from "./client.ts";
import { type Droplets, proveDroplets } from "./droplets.ts";
import {
  type BalancerOptions,
  type BalancerState,
  type LoadBalancer,
  objection,
} from "./load-balancer.ts";
import { proofOf, proveBudget, unaskable } from "./proofs.ts";

type Judgement = (state: BalancerState, options: BalancerOptions) => Proof;

const right = (sentence: string): Proof => ({ verdict: "right", sentence });
const problem = (sentence: string): Proof => ({ verdict: "problem", sentence });
const unknown = (sentence: string): Proof => ({ verdict: "unknown", sentence });

const portsOf = ({ all }: Droplets): readonly number[] => [
  ...new Set(all.map(({ endpoint: { port } }) => port)),
];

const mode: Judgement = ({ status, droplet_ids: ids, region, type, network }, { droplets, tag }) => {
  const behind = ids.length === 0 ? "no droplet" : ids.map((id) => droplets.nameOf(id)).join(", ");
  const where = region === undefined ? "" : ` in ${region.slug}`;
  const how = tag === undefined ? "from a list" : `by the tag ${tag}`;
  const sentence = `it is ${status}, ${network} and ${type}${where}; behind it: ${behind}, ${how}`;
  if (type === "GLOBAL") return problem(`${sentence}; a GLOBAL one speaks HTTP alone`);
  return status === "errored" ? problem(sentence) : right(sentence);
};

const rules: Judgement = (state, { droplets }) => {
  const { forwarding_rules: found, enable_proxy_protocol: hasHeader } = state;
  const ports = portsOf(droplets);
  const own = found.find((rule) => ports.includes(rule.target_port));
  if (own === undefined) {
    const targets = found.map(({ target_port: port }) => port).join(", ");
    return unknown(`it leads to port ${targets}, and the nodes are at ${ports.join(", ")}`);
  }
  const { entry_protocol: protocol, entry_port: entry, target_port: port } = own;
  if (protocol !== "tcp") return problem(`port ${entry} is ${protocol}, and Redis needs tcp`);
  if (hasHeader) return problem("it sends the PROXY protocol, which Redis does not understand");
  return right(
    `tcp port ${entry} leads to ${port}; the vendor may cut clients that are silent for 60 s`,
  );
};

const health: Judgement = ({ health_check: check }, { droplets }) => {
  const { protocol, port, path, check_interval_seconds: every, healthy_threshold: count } = check;
  const isHttp = protocol !== "tcp";
  const asks = `its health check asks ${protocol} ${port}${isHttp ? path : ""}`;
  if (isHttp && portsOf(droplets).includes(port)) {
    return problem(`${asks}, which Redis takes for an attack: every droplet stays down; use tcp there`);
  }
  // A droplet that has come is down until it has passed so many.
  const takesS = every * count;
  const waits = `a new droplet gets connections after ${count}, about ${takesS} s`;
  const sentence = `${asks} every ${every} s; ${waits}`;
  if (!isHttp) return right(sentence);
  if (/^\/primary(\?|$)/.test(path)) {
    const isWhole = "with all droplets behind it, it would follow the primary without this target";
    return right(`${sentence}; ${isWhole}`);
  }
  return unknown(`${sentence}; is there something that answers?`);
};

const exposure: Judgement = ({ network, firewall: { allow } }) => {
  if (network !== "EXTERNAL") return right("it is reached from its VPC alone");
  if (allow.length > 0) return right(`it is public, and lets ${allow.length} addresses or networks in`);
  return unknown("it is public and lets everybody in: Redis behind it needs TLS, or firewall.allow");
};

/** Changes nothing; never rejects. */
export async function proveBalancer(
  api: DigitalOcean,
  balancer: LoadBalancer,
  options: BalancerOptions,
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  const { id, tag, droplets } = options;
  const what = `load balancer ${id}`;
  let state: BalancerState;
  try {
    state = await balancer.look(signal);
  } catch (error) {
    return [proofOf(what, error)];
  }
  const against = objection(state, options);
  const found = [mode, rules, health, exposure].map((judge) => judge(state, options));
  const { region, network, vpc_uuid: vpc } = state;
  const around = { what: "the load balancer", region: region?.slug };
  const scopes =
    tag === undefined ? "load_balancer:update" : "tag:create, tag:delete and droplet:update";
  return [
    ...(against === undefined ? [] : [problem(`${what}: ${against}`)]),
    ...found.map(({ verdict, sentence }): Proof => ({ verdict, sentence: `${what}: ${sentence}` })),
    ...(await proveDroplets(
      api,
      droplets,
      network === "INTERNAL" ? { ...around, vpc } : around,
      signal,
    )),
    unaskable("change who is behind it", scopes),
    ...proveBudget(api),
  ];
}
