// Who may reach a port, as Terraform's firewalls, Ansible's ufw and plain scripts say.
import { isIP } from "node:net";
import { tasksOf, valueIn } from "./deployments.ts";
import type { Facts, Word } from "./facts.ts";
import type { TerraformBlock } from "./facts-infrastructure.ts";
import type { Place } from "./finding.ts";
import { hostScopeOf } from "./join-hosts.ts";
import { oncePer } from "./once.ts";

/** Everything that one firewall lets through to one port. */
export interface Opening {
  readonly firewall: string;
  readonly port: number;
  readonly place: Place;
  /** Addresses and networks that are settled. */
  readonly sources: readonly string[];
  /** Whether all of its sources are known; a reference to another group is not. */
  readonly isWhole: boolean;
  /** Names only other groups of hosts, and neither its own nor any network. */
  readonly excludesItself: boolean;
}

interface Line {
  readonly firewall: string;
  readonly first: number;
  readonly last: number;
  readonly place: Place;
  readonly sources: readonly Word[];
  readonly isOwn: boolean;
}

/** For each firewall that opens the port, all of its lines in one. */
export function openingsOf(facts: Facts, port: number): readonly Opening[] {
  const lines = linesOf(facts).filter(({ first, last }) => first <= port && port <= last);
  const firewalls = new Map<string, [Line, ...Line[]]>();
  for (const line of lines) {
    // Trees may hold several of one name: of a Terraform module, or of a playbook with its roles.
    const key = `${hostScopeOf(line.place.file.replace(/(^|\/)roles\/.*/, "$1tasks"))} ${line.firewall}`;
    const known = firewalls.get(key);
    if (known === undefined) firewalls.set(key, [line]);
    else known.push(line);
  }
  return [...firewalls.values()].map((own) => {
    const { firewall, place } = own[0];
    const words = own.flatMap(({ sources }) => sources);
    const settled = words.filter((word) => !word.isUnknown && isNetwork(word.text));
    const references = words.filter((word) => !settled.includes(word));
    const isMentioned = references.some(
      ({ text }) => text.includes(firewall) || !/security_?group|secgroup/.test(text),
    );
    return {
      firewall,
      port,
      place,
      sources: settled.map(({ text }) => text),
      isWhole: words.length > 0 && references.length === 0 && !own.some(({ isOwn }) => isOwn),
      excludesItself:
        references.length > 0 && settled.length === 0 && !isMentioned && !own.some(({ isOwn }) => isOwn),
    };
  });
}

const linesOf = oncePer((facts: Facts) => [...terraformLines(facts), ...ufwLines(facts)]);

function isNetwork(text: string): boolean {
  return isIP(text.split("/")[0] ?? "") !== 0;
}

function terraformLines(facts: Facts): readonly Line[] {
  return facts.terraform
    .flatMap(({ blocks }) => blocks)
    .filter(({ kind }) => kind === "resource")
    .flatMap(linesOfResource);
}

function linesOfResource(block: TerraformBlock): readonly Line[] {
  const [type, label] = block.labels;
  const name = label?.text ?? "";
  if (/^(aws_security_group|digitalocean_firewall|hcloud_firewall)$/.test(type?.text ?? "")) {
    const inward = block.blocks.filter(
      ({ kind, values }) =>
        /^(ingress|inbound_rule)$/.test(kind) ||
        (kind === "rule" && values.get("direction")?.[0]?.text === "in"),
    );
    return inward.flatMap((rule) => lineOf(rule, name));
  }
  const isRule =
    /^(aws_security_group_rule|aws_vpc_security_group_ingress_rule|openstack_\w+_secgroup_rule_v2)$/;
  if (!isRule.test(type?.text ?? "") || /egress/.test(wordIn(block, "type", "direction")?.text ?? "")) {
    return [];
  }
  // "openstack_networking_secgroup_v2.redis.id" belongs to the group "redis".
  const owner = wordIn(block, "security_group_id")?.text.split(".")[1];
  return owner === undefined ? [] : lineOf(block, owner);
}

function lineOf(rule: TerraformBlock, firewall: string): readonly Line[] {
  const range = wordIn(rule, "port_range", "port", "from_port", "port_range_min");
  const [from = "", to] = (range?.text ?? "").split("-");
  const last = wordIn(rule, "to_port", "port_range_max")?.text ?? to ?? from;
  if (range === undefined || range.isUnknown || !/^\d+$/.test(from) || !/^\d+$/.test(last)) {
    return [];
  }
  const sources = [...rule.values]
    .filter(([name]) =>
      /^(source_|cidr_|ipv6_cidr|security_groups|remote_|referenced_security)/.test(name),
    )
    .flatMap(([, words]) => words);
  const isOwn =
    wordIn(rule, "self")?.text === "true" || sources.some(({ text }) => text.split(".")[1] === firewall);
  return [{ firewall, first: Number(from), last: Number(last), place: rule.place, sources, isOwn }];
}

function wordIn(block: TerraformBlock, ...names: readonly string[]): Word | undefined {
  return names.flatMap((name) => block.values.get(name) ?? [])[0];
}

/** Ansible's `ufw`, with one source a task; a loop's sources are its items. */
function ufwLines(facts: Facts): readonly Line[] {
  return tasksOf(facts).flatMap((task): readonly Line[] => {
    const port = valueIn(task, "port", "to_port");
    const source = valueIn(task, "src", "from_ip", "from");
    const isAllow = task.module === "ufw" && valueIn(task, "rule")?.text === "allow";
    if (!isAllow || port === undefined || source === undefined || !/^\d+$/.test(port.text)) {
      return [];
    }
    const isItem = /\{\{\s*item\s*\}\}/.test(source.text) && task.items.length > 0;
    const number = Number(port.text);
    return [
      {
        firewall: `ufw on ${task.hosts?.text ?? "the hosts of this role"}`,
        first: number,
        last: number,
        place: task.place,
        sources: isItem ? task.items : [source],
        isOwn: false,
      },
    ];
  });
}

/** Whether an address is within any of the networks; only IPv4 is judged. */
export function lets({ sources }: Opening, address: string): boolean {
  return sources.some((source) => contains(source, address));
}

function contains(network: string, address: string): boolean {
  const [base = "", bits = "32"] = network.split("/");
  if (isIP(base) !== 4 || isIP(address) !== 4) {
    return isIP(base) === 6 && isIP(address) === 6;
  }
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(base) / size) === Math.floor(numberOf(address) / size);
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
