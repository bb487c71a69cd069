// The role's other parts: what is to be done, each phase of it, and the look at the end.

const BATON = "/usr/local/bin/baton";
const CONVERGE = `${BATON}, converge, --host, "{{ inventory_hostname }}"`;

export const PLAN = `# Written by Baton.
- name: What would have to be done here
  ansible.builtin.command:
    argv: [${CONVERGE}, --check, --json]
  register: baton_plan
  changed_when: false
  check_mode: false
  # Before the first deployment there is nothing yet that could look.
  failed_when: baton_plan.rc != 0 and not ansible_check_mode

- name: Steps of this host
  ansible.builtin.set_fact:
    baton_steps: "{{ (baton_plan.stdout | from_json).steps if baton_plan.rc == 0 else [] }}"
    baton_phases: "{{ (baton_plan.stdout | from_json).phases if baton_plan.rc == 0 else [] }}"
    baton_with_data: "{{ (baton_plan.stdout | from_json).withData if baton_plan.rc == 0 else [] }}"

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
- name: Files that nobody needs any more
  ansible.builtin.set_fact:
    baton_gone: >-
      {{ baton_look.stdout_lines | select('match', '^listed ') | map('regex_replace', '^listed ', '')
      | difference(baton_files | map(attribute='path') | list) }}
    baton_unlisted: >-
      {{ baton_files | map(attribute='path') | map('regex_replace', '^', 'listed ')
      | difference(baton_look.stdout_lines) }}

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
  when: not ansible_check_mode and (baton_gone | length > 0 or baton_unlisted | length > 0)

- name: Programs of earlier versions, as nothing runs them any more
  ansible.builtin.file: { path: "/opt/baton/{{ item }}", state: absent }
  loop: >-
    {{ baton_look.stdout_lines | select('match', '^version ') | map('regex_replace', '^version ', '')
    | difference([baton_runtime_id | default(''), baton_program_id | default('')]) }}
  when: baton_program is defined and not ansible_check_mode

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
  # 1: there is something to say, of which warnings are for people to weigh.
  failed_when: baton_doctor.rc > 1
  when: not ansible_check_mode and inventory_hostname == baton_judge

- name: What the doctor has found
  ansible.builtin.debug:
    msg: "{{ baton_doctor.stdout_lines }}"
  when: baton_doctor.rc | default(0) == 1

- name: Is any of that an error
  ansible.builtin.command:
    argv: [${BATON}, doctor, --file, /etc/baton/cluster.yml, --live, --severity, error]
  changed_when: false
  when: baton_doctor.rc | default(0) == 1
`;
