// The role's other parts: what is to be done, each phase of it, and the look at the end.

const BATON = "/usr/local/bin/baton";
const CONVERGE = `${BATON}, converge, --host, "{{ inventory_hostname }}"`;

export const PLAN = `# Written by Baton.
- name: What would have to be done here
  ansible.builtin.command:
    argv: [${CONVERGE}, --check, --json]
  register: baton_look
  changed_when: false
  check_mode: false
  # Before the first deployment there is nothing yet that could look.
  failed_when: baton_look.rc != 0 and not ansible_check_mode

- name: Steps of this host
  ansible.builtin.set_fact:
    baton_steps: "{{ (baton_look.stdout | from_json).steps if baton_look.rc == 0 else [] }}"
    baton_phases: "{{ (baton_look.stdout | from_json).phases if baton_look.rc == 0 else [] }}"
    baton_with_data: "{{ (baton_look.stdout | from_json).withData if baton_look.rc == 0 else [] }}"

- name: To be done
  ansible.builtin.debug:
    msg: "{{ item.kind }} {{ item.unit }}: {{ item.reason }}"
  loop: "{{ baton_steps }}"
  loop_control: { label: "{{ item.unit }}" }
  changed_when: ansible_check_mode

- name: Who takes part in which phase
  ansible.builtin.group_by:
    key: "baton_{{ item }}"
  loop: "{{ baton_phases }}"
  when: not ansible_check_mode
  changed_when: false

# Only when every host of the cluster file has been asked, and none has data.
- name: Groups that are new
  ansible.builtin.set_fact:
    baton_new_groups: >-
      {{ baton_groups
      | difference(groups['baton_hosts'] | map('extract', hostvars, 'baton_with_data') | flatten)
      if ansible_play_hosts_all | length == groups['baton_hosts'] | length else [] }}
`;

export const PHASE = `# Written by Baton.
- name: "Converge: {{ baton_phase }}"
  ansible.builtin.command:
    argv: >-
      {{ ['${BATON}', 'converge', '--host', inventory_hostname, '--phase', baton_phase, '--json']
      + (['--bootstrap', baton_new_groups | join(',')] if baton_phase == 'bootstrap' else []) }}
  register: baton_done
  changed_when: (baton_done.stdout | from_json).changed
  when: baton_phase != 'bootstrap' or baton_new_groups | length > 0

- name: Done
  ansible.builtin.debug:
    msg: "{{ item.kind }} {{ item.unit }}: {{ item.outcome }} ({{ item.reason }})"
  loop: "{{ (baton_done.stdout | from_json).steps }}"
  loop_control: { label: "{{ item.unit }}" }
  when: baton_done is not skipped
`;

export const FINISH = `# Written by Baton.
- name: List of the files that earlier runs have put here
  ansible.builtin.command:
    argv: [cat, /etc/baton/files.list]
  register: baton_list
  changed_when: false
  failed_when: false
  check_mode: false

- name: Files that nobody needs any more
  ansible.builtin.set_fact:
    baton_gone: "{{ baton_list.stdout_lines | difference(baton_files | map(attribute='path') | list) }}"

- name: Units that are gone
  ansible.builtin.command:
    argv: [systemctl, disable, --now, "{{ item | basename }}"]
  loop: "{{ baton_gone | select('match', '^/etc/systemd/system/baton-[^/]*[.]service$') }}"
  when: not ansible_check_mode
  changed_when: true

- name: Remove them
  ansible.builtin.file: { path: "{{ item }}", state: absent }
  loop: "{{ baton_gone }}"

- name: Tell systemd
  ansible.builtin.systemd:
    daemon_reload: true
  when: baton_gone | select('match', '^/etc/systemd/') | length > 0
  changed_when: false

- name: Remember which files are here
  ansible.builtin.copy:
    content: "{{ baton_files | map(attribute='path') | join('\\n') }}\\n"
    dest: /etc/baton/files.list
    owner: root
    group: root
    mode: "0644"
  when: not ansible_check_mode

- name: Ask for programs of earlier versions
  ansible.builtin.command:
    argv: [find, /opt/baton, -mindepth, "1", -maxdepth, "1", -not, -name, "{{ baton_runtime_id }}",
      -not, -name, "{{ baton_program_id }}"]
  register: baton_old
  changed_when: false
  when: baton_program is defined and not ansible_check_mode

- name: Remove them, as nothing runs them any more
  ansible.builtin.file: { path: "{{ item }}", state: absent }
  loop: "{{ baton_old.stdout_lines | default([]) }}"

- name: Is the cluster well
  ansible.builtin.command:
    argv: [${BATON}, status, --file, /etc/baton/cluster.yml]
  register: baton_status
  changed_when: false
  when: not ansible_check_mode and inventory_hostname == baton_judge

- name: The cluster
  ansible.builtin.debug:
    msg: "{{ baton_status.stdout_lines }}"
  when: baton_status is not skipped

- name: Would it survive a failover
  ansible.builtin.command:
    argv: [${BATON}, doctor, --file, /etc/baton/cluster.yml, --live]
  register: baton_doctor
  changed_when: false
  when: not ansible_check_mode and inventory_hostname == baton_judge
`;
