// CM006: a file that lost its lines or its indentation on the way.
import type { Facts, Malformed } from "../facts.ts";
import type { Rule } from "../rule.ts";

const lost = "- name: Redis\nhosts: redis\ntasks:\n- name: Install\napt:\nname: redis-server\n";
const kept =
  "- name: Redis\n  hosts: redis\n  tasks:\n    - name: Install\n      apt:\n        " +
  "name: redis-server\n";

export const cm006: Rule = {
  id: "CM006",
  title: "file that cannot be read as what it is",
  severity: "error",
  why:
    "Copied from a page, YAML loses its indentation and configurations their lines. The " +
    "tool stops at the first such " +
    "line, or, worse, reads something else than was meant.",
  fix:
    "Restore the lines and their indentation, and let the tool check them " +
    "(ansible-playbook --syntax-check, haproxy -c).",
  evidence: "three published recipes",
  sees: ["static"],
  bad: { about: "Everything stands at the left.", files: { "roles/redis/tasks/main.yml": lost } },
  good: { about: "The same, indented.", files: { "roles/redis/tasks/main.yml": kept } },
  *check(facts) {
    for (const { what, malformed } of filesOf(facts)) {
      const [first] = malformed;
      if (first !== undefined) {
        yield { place: first.place, message: `This is no readable ${what}: ${plain(first.message)}.` };
      }
    }
  },
};

interface Read {
  readonly what: string;
  readonly malformed: readonly Malformed[];
}

function filesOf(facts: Facts): readonly Read[] {
  return [
    ...facts.ansible.map(({ malformed }) => ({ what: "YAML of Ansible", malformed })),
    ...facts.inventory.map(({ malformed }) => ({ what: "inventory", malformed })),
    ...facts.compose.map(({ malformed }) => ({ what: "Compose file", malformed })),
    ...facts.helm.map(({ malformed }) => ({ what: "YAML of Kubernetes", malformed })),
    ...facts.haproxy.map(({ malformed }) => ({ what: "HAProxy configuration", malformed })),
  ];
}

function plain(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, "");
}
