// What the parsers of everything around Redis promise: everything that counts, at the right place.
import { describe, expect, test } from "vitest";
import { loadScriptReader } from "../code/scripts.ts";
import type { Script } from "../facts-infrastructure.ts";
import { parseAnsible } from "./ansible.ts";
import { parseCompose } from "./compose.ts";
import { parseHaproxy } from "./haproxy.ts";
import { parseHelm } from "./helm.ts";
import { parseInventory } from "./inventory.ts";
import { parseTerraform } from "./terraform.ts";

const readScript = await loadScriptReader();

function script(text: string, language: Script["language"] = "shell"): Script {
  const read = readScript({ path: "s", text }, language);
  if (typeof read === "string") {
    throw new Error(read);
  }
  return read;
}

describe("Ansible", () => {
  const playbook = `- hosts: redis
  serial: 1
  tasks:
    - block:
        - name: configure
          ansible.builtin.template:
            src: sentinel.conf.j2
            dest: "{{ redis_dir }}/sentinel.conf"
            mode: 0644
          notify: restart sentinel
      when: first_run
    - apt: name=redis-server=6.2.6 state=present
  handlers:
    - name: restart sentinel
      service: {name: redis-sentinel, state: restarted}
`;
  const { plays, tasks } = parseAnsible({ path: "site.yml", text: playbook });

  test("opens blocks and keeps what they are under", () => {
    expect(tasks.map(({ module, isHandler }) => [module, isHandler])).toEqual([
      ["template", false],
      ["apt", false],
      ["service", true],
    ]);
    expect(tasks[0]?.conditions.map(({ text }) => text)).toEqual(["first_run"]);
    expect(tasks[0]?.notifies.map(({ text }) => text)).toEqual(["restart sentinel"]);
    expect(plays[0]?.serial?.text).toBe("1");
  });

  test("keeps a mode as it is written, and knows what a placeholder is", () => {
    expect(tasks[0]?.values.get("mode")?.[0]).toMatchObject({
      text: "0644",
      place: { line: 9, column: 19 },
    });
    expect(tasks[0]?.values.get("dest")?.[0]).toMatchObject({
      text: "{{ redis_dir }}/sentinel.conf",
      isUnknown: true,
    });
  });

  test("reads name=value on one line", () => {
    expect(tasks[1]?.values.get("name")?.[0]?.text).toBe("redis-server=6.2.6");
  });

  test("reports lost indentation, and reads on", () => {
    const text = "- name: Redis\nhosts: redis\ntasks:\n- name: x\n  apt: name=redis\n";
    expect(parseAnsible({ path: "site.yml", text }).malformed[0]?.place.line).toBe(2);
  });
});

describe("inventories", () => {
  test("gives hosts the variables of their groups, and their parents' names", () => {
    const text = `[primary]
node1 ansible_host=10.0.0.1 zone=a # first
[replicas]
node[2:3] ansible_host="10.0.0.2"
[redis:children]
primary
replicas
[redis:vars]
redis_port=6379
`;
    const { hosts, machines } = parseInventory({ path: "hosts.ini", text });
    expect(hosts.map(({ name }) => name.text)).toEqual(["node1", "node2", "node3"]);
    expect(hosts[0]?.groups).toEqual(["primary", "redis"]);
    expect(hosts[1]?.variables.get("redis_port")?.text).toBe("6379");
    expect(machines[0]).toMatchObject({ name: "node1", addresses: ["10.0.0.1"], zone: "a" });
    expect(hosts[0]?.variables.get("ansible_host")?.place).toMatchObject({ line: 2, column: 20 });
  });

  test("reads the YAML spelling alike", () => {
    const text = `all:
  children:
    redis:
      hosts:
        node1: {ansible_host: 10.0.0.1}
        node2:
          ansible_host: 10.0.0.2
      vars:
        zone: b
`;
    const { machines } = parseInventory({ path: "hosts.yml", text });
    expect(machines).toMatchObject([
      { name: "node1", addresses: ["10.0.0.1"], zone: "b" },
      { name: "node2", addresses: ["10.0.0.2"], zone: "b" },
    ]);
  });
});

describe("containers", () => {
  test("of Compose: mounts, ports, commands, networks", () => {
    const text = `x-common: &common
  restart: always
services:
  sentinel:
    <<: *common
    image: redis:7.2
    command: redis-sentinel /etc/redis/sentinel.conf
    volumes:
      - ./sentinel.conf:/etc/redis/sentinel.conf:ro
      - data:/data
    ports: ["26379:26379"]
    networks: {back: {ipv4_address: 10.5.0.3}}
`;
    const [service] = parseCompose({ path: "compose.yml", text }).services;
    expect(service?.restart?.text).toBe("always");
    expect(service?.command.map((word) => word.text)).toEqual([
      "redis-sentinel",
      "/etc/redis/sentinel.conf",
    ]);
    expect(service?.mounts).toMatchObject([
      { kind: "bind", isReadOnly: true, target: { text: "/etc/redis/sentinel.conf" } },
      { kind: "volume", isReadOnly: false, target: { text: "/data" } },
    ]);
    expect(service?.mounts[0]?.target.place).toMatchObject({ line: 9 });
    expect(service).toMatchObject({ network: "bridge", address: { text: "10.5.0.3" } });
  });

  test("of Kubernetes: a ConfigMap is files that nobody can write", () => {
    const text = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ .Release.Name }}-sentinel}
spec:
  template:
    spec:
      {{- if .Values.host }}
      hostNetwork: true
      {{- end }}
      containers:
        - name: sentinel
          image: "redis:{{ .Values.tag }}"
          volumeMounts:
            - {name: config, mountPath: /etc/redis}
      volumes:
        - name: config
          configMap: {name: sentinel}
`;
    const [container] = parseHelm({ path: "templates/sentinel.yaml", text }).containers;
    expect(container?.mounts).toMatchObject([{ kind: "file", isReadOnly: true }]);
    expect(container?.image).toMatchObject({ text: "redis:{{ .Values.tag }}", isUnknown: true });
  });
});

test("HAProxy's sections, with quotes and escaped blanks", () => {
  const text = `defaults
  timeout connect 2s # short
backend redis
  option tcp-check
  tcp-check send PING\\r\\n
  tcp-check expect string "role:master extra"
  server r1 10.0.0.1:6379 check inter 1s
`;
  const { sections } = parseHaproxy({ path: "haproxy.cfg", text });
  expect(sections.map(({ kind, name }) => [kind, name])).toEqual([
    ["defaults", ""],
    ["backend", "redis"],
  ]);
  expect(sections[1]?.lines[2]?.words.at(-1)?.text).toBe("role:master extra");
  expect(sections[1]?.lines[3]?.words[1]).toMatchObject({
    text: "10.0.0.1:6379",
    place: { line: 7, column: 13 },
  });
});

test("Terraform's blocks, lists, heredocs and comments", () => {
  const text = `# a "quote
resource "digitalocean_firewall" "redis" {
  name = "redis"
  inbound_rule {
    protocol         = "tcp"
    port_range       = "6379"
    source_addresses = ["10.0.0.0/8", var.office] // why
  }
  note = <<-EOT
    a } b
  EOT
}
`;
  const { blocks, malformed } = parseTerraform({ path: "main.tf", text });
  expect(malformed).toEqual([]);
  expect(blocks[0]?.labels.map((label) => label.text)).toEqual(["digitalocean_firewall", "redis"]);
  const rule = blocks[0]?.blocks[0];
  expect(rule?.values.get("port_range")?.[0]).toMatchObject({
    text: "6379",
    place: { line: 6, column: 24 },
  });
  expect(rule?.values.get("source_addresses")?.map((word) => word.isUnknown)).toEqual([false, true]);
});

describe("scripts", () => {
  test("of the shell: what becomes of arguments, failures and exits", () => {
    const read = script(`#!/bin/sh
OLD_IP="$2"
curl -d "ip=\${4}" http://lb || true
update() { curl "$1"; }
main() { NEW="$6"; }
main "$@"
exit 0
`);
    expect(read.interpreter?.text).toBe("/bin/sh");
    expect(read.parameters).toMatchObject([
      { number: 2, assignedTo: "OLD_IP" },
      { number: 4 },
      { number: 6, assignedTo: "NEW", place: { line: 5 } },
    ]);
    expect(read.takesAll).toBe(false);
    expect(read.commands.find(({ name }) => name === "curl")?.outcome).toBe("ignored");
    expect(read.exits).toMatchObject([{ code: 0 }]);
  });

  test("of Python: the same", () => {
    const read = script(
      'import sys\nold = sys.argv[2]\nprint(f"Simulating {old}")\nsys.exit(0)\n',
      "python",
    );
    expect(read.parameters).toMatchObject([{ number: 2, assignedTo: "old", place: { line: 2 } }]);
    expect(read.commands[0]).toMatchObject({ name: "print", words: [{ text: "Simulating {old}" }] });
    expect(read.exits).toMatchObject([{ code: 0 }]);
  });
});
