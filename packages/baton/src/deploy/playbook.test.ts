// The words are those of ansible-core 2.14, with the ansible.cfg that Baton renders.
import { expect, test } from "vitest";
import { leftOut, PlaybookReader, type PlaybookResult } from "./playbook.ts";

function read(text: string, status: number): PlaybookResult {
  const reader = new PlaybookReader();
  for (const line of text.split("\n")) reader.read(line);
  return reader.result(status);
}

const STARS = "*".repeat(48);
const REST = "skipped=0    rescued=0    ignored=0   ";
const RECAP = `PLAY RECAP ${STARS}`;
const BEGINNING = `
PLAY [Files, packages and users, on all hosts at once] ${STARS}

TASK [baton : Ask which packages are there] ${STARS}
ok: [h2]
ok: [h1]

TASK [baton : Files] ${STARS}
changed: [h1] => (item=/etc/baton/cluster.yml)
changed: [h2] => (item=/etc/baton/cluster.yml)
`;

test("of a playbook that succeeded, every host is told with what changed there", () => {
  const text = `${BEGINNING}
TASK [baton : The cluster] ${STARS}
ok: [h1] => 
    msg: 'h9 : ok=3 changed=1 unreachable=0 failed=0'

${RECAP}
h1                         : ok=4    changed=2    unreachable=0    failed=0    ${REST}
h2                         : ok=4    changed=0    unreachable=0    failed=0    ${REST}
`;
  expect(read(text, 0)).toEqual({
    hosts: [
      { host: "h1", ok: 4, changed: 2, unreachable: 0, failed: 0 },
      { host: "h2", ok: 4, changed: 0, unreachable: 0, failed: 0 },
    ],
    failures: [],
    status: 0,
  });
});

test("of a task that failed, host and task are told, whatever the task itself said", () => {
  const text = `${BEGINNING}
TASK [baton : Converge: replicas] ${STARS}
fatal: [h1]: FAILED! => 
    changed: true
    cmd:
    - /usr/local/bin/baton
    - converge
    msg: non-zero return code
    rc: 3
    stderr: 'fatal: [h7]: FAILED!'
    stdout_lines: <omitted>

NO MORE HOSTS LEFT ${STARS}

${RECAP}
h1                         : ok=2    changed=1    unreachable=0    failed=1    ${REST}
`;
  expect(read(text, 2)).toEqual({
    hosts: [{ host: "h1", ok: 2, changed: 1, unreachable: 0, failed: 1 }],
    failures: ["h1: failed (Converge: replicas)"],
    status: 2,
  });
});

test("of a task that failed at one item of its list, the item is told, too", () => {
  const text = `${BEGINNING}failed: [h2] (item=/etc/nftables.conf) => 
    ansible_loop_var: item
    msg: 'Operation not permitted'

NO MORE HOSTS LEFT ${STARS}
`;
  expect(read(text, 2).failures).toEqual(["h2: failed (Files: /etc/nftables.conf)"]);
});

test("of a host that cannot be reached that is told, and at what it was to do", () => {
  const text = `
TASK [baton : Ask which packages are there] ${STARS}
fatal: [h3]: UNREACHABLE! => 
    changed: false
    msg: |-
        Data could not be sent to remote host "127.0.0.1". Make sure this host can be reached over ssh
    unreachable: true
ok: [h1]

${RECAP}
h1                         : ok=1    changed=0    unreachable=0    failed=0    ${REST}
h3                         : ok=0    changed=0    unreachable=1    failed=0    ${REST}
`;
  const { hosts, failures } = read(text, 4);
  expect(hosts.map(({ host, unreachable }) => [host, unreachable])).toEqual([
    ["h1", 0],
    ["h3", 1],
  ]);
  expect(failures).toEqual(["h3: cannot be reached (Ask which packages are there)"]);
});

test("of a playbook that was cut off there are no hosts, and its status is left", () => {
  expect(read(BEGINNING, 250)).toEqual({ hosts: [], failures: [], status: 250 });
  expect(read("", 1)).toEqual({ hosts: [], failures: [], status: 1 });
});

test("of failures without end only the first are kept", () => {
  const lines = Array.from({ length: 500 }, (_, index) => `fatal: [h${index}]: FAILED! => `);
  const { failures } = read([`TASK [baton : Files] ${STARS}`, ...lines].join("\n"), 2);
  expect(failures).toHaveLength(20);
  expect(failures[0]).toBe("h0: failed (Files)");
});

test("a host that Ansible does not count was left out, however well it ended", () => {
  const recap = "h1                         : ok=4    changed=0    unreachable=0    failed=0    ";
  const { hosts } = read(`${RECAP}\n${recap}${REST}\n`, 0);
  expect(leftOut(hosts, ["h1"])).toEqual([]);
  expect(leftOut(hosts, ["h1", "h2"])).toEqual(["h2: Ansible did nothing there, and does not say why"]);
});
