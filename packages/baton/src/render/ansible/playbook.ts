// The playbook: how far it goes on all hosts at once, and what only one host does at a time.

/** Phases of `baton converge` in their order; the first and the last hinder nobody, on all hosts at once. */
const PHASES = [
  ["accept", "Everybody accepts what somebody will use soon", "100%"],
  ["retire", "What is not to run any more stops; a primary hands over first", "1"],
  ["bootstrap", "The first primary of a new group, where no host has data", "1"],
  ["new_sentinels", "Sentinels that do not run, one after the other", "1"],
  ["new_nodes", "Nodes that do not run, one after the other", "1"],
  ["agents", "Agents and routers, one after the other", "1"],
  ["sentinels", "Sentinels that have to start anew, one after the other", "1"],
  ["replicas", "Nodes that are not the primary, one after the other", "1"],
  ["primaries", "Primaries hand over and follow, one after the other", "1"],
  ["forget", "Passwords that nobody uses any more are refused", "100%"],
] as const;

const HEAD = `# Written by Baton. Run it with \`baton deploy\`, or by hand:
#
#     cd ansible && ansible-playbook site.yml [--check] [--limit HOST]
#
# It may be run at any moment and be interrupted at any moment: it never says who is primary. Files are put on
# all hosts first, which changes nothing that runs; then \`baton converge\` on each host looks at what runs
# there and at the whole cluster, and does what is needed, one host at a time.
---
- name: Files, packages and users, on all hosts at once
  hosts: baton_hosts
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - name: Put in place what the host needs
      ansible.builtin.import_role:
        name: baton
        tasks_from: prepare

- name: What is to be done
  hosts: baton_hosts
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - name: Compare what runs with its files
      ansible.builtin.import_role:
        name: baton
        tasks_from: plan
`;

function phasePlay([phase, name, serial]: (typeof PHASES)[number]): string {
  return `
- name: ${name}
  hosts: baton_${phase}
  gather_facts: false
  serial: "${serial}"
  any_errors_fatal: true
  tasks:
    - name: Converge
      ansible.builtin.include_role:
        name: baton
        tasks_from: phase
      vars:
        baton_phase: ${phase}
`;
}

/** Whoever has known an earlier Sentinel of that host counts both, until it is started anew. */
const LOOK_AGAIN = `
- name: What is to be done now that more Sentinels are there
  hosts: baton_hosts
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - name: Compare what runs with its files
      ansible.builtin.include_role:
        name: baton
        tasks_from: plan
      when: groups['baton_new_sentinels'] | default([]) | length > 0
`;

const TAIL = `
- name: Look whether all is well
  hosts: baton_hosts
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - name: Clear away, and verify
      ansible.builtin.import_role:
        name: baton
        tasks_from: finish
`;

const phasePlays = PHASES.map((phase) =>
  phase[0] === "new_sentinels" ? phasePlay(phase) + LOOK_AGAIN : phasePlay(phase),
);

export const PLAYBOOK = [HEAD, ...phasePlays, TAIL].join("");

export const ANSIBLE_CFG = `# Written by Baton, for ansible-playbook in this folder.
[defaults]
inventory = inventory.yml
roles_path = roles
interpreter_python = auto_silent
retry_files_enabled = False
forks = 20
display_skipped_hosts = False
callback_result_format = yaml
timeout = 20

[inventory]
# Without it, an inventory that cannot be read is one without hosts, and nothing to do is done well.
any_unparsed_is_failed = True
# A phase that no host needs has no host.
host_pattern_mismatch = ignore

[ssh_connection]
# One connection a host, and no temporary file for each task.
pipelining = True
ssh_args = -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=5 -o ServerAliveCountMax=6
`;
