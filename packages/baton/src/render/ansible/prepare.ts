// The role's first part: everything that a host needs, without touching anything that runs.

export const PREPARE = `# Written by Baton. Nothing in here starts, stops or restarts a Redis or a Sentinel.
- name: Look at the host
  ansible.builtin.command:
    argv: >-
      {{ ['sh', '-c', lookup('ansible.builtin.file', 'look.sh'), 'look.sh', baton_packages | join(' ')]
      + baton_folders | map(attribute='path') | list + baton_files | map(attribute='path') | list }}
  register: baton_look
  changed_when: false
  check_mode: false

- name: Group of Baton's processes
  ansible.builtin.group: { name: baton, system: true }
  when: "'user baton' not in baton_look.stdout_lines"

- name: User of Baton's processes
  ansible.builtin.user:
    name: baton
    group: baton
    system: true
    create_home: false
    home: /var/lib/baton
    shell: /usr/sbin/nologin
  when: "'user baton' not in baton_look.stdout_lines"

# Debian's own node would be a stray empty primary beside those of the cluster file. One that Sentinels watch
# is replaced by \`baton converge\`; any other stops the deployment there.
- name: Debian's own instance never runs
  ansible.builtin.file:
    src: /dev/null
    dest: /etc/systemd/system/redis-server.service
    state: link
    force: true
  when: >-
    baton_redis and 'active redis-server' not in baton_look.stdout_lines
    and 'masked redis-server' not in baton_look.stdout_lines

- name: Packages that are missing, or to be renewed
  ansible.builtin.set_fact:
    baton_wanted: >-
      {{ baton_packages if baton_upgrade | default(false) | bool
      or baton_packages | map('regex_replace', '^', 'package ') | difference(baton_look.stdout_lines)
      else [] }}

# 101 forbids the packages to start or restart anything: that is for \`baton converge\`, in its order.
- name: Packages
  ansible.builtin.apt:
    name: "{{ baton_wanted }}"
    state: "{{ 'latest' if baton_upgrade | default(false) | bool else 'present' }}"
    update_cache: true
    install_recommends: false
    policy_rc_d: 101
  environment: { DEBIAN_FRONTEND: noninteractive }
  when: baton_wanted | length > 0 and not ansible_check_mode

- name: Packages that would be installed, or renewed where there are newer ones
  ansible.builtin.debug: { var: baton_wanted }
  changed_when: true
  when: baton_wanted | length > 0 and ansible_check_mode

- name: What differs
  ansible.builtin.set_fact:
    baton_other_folders: "{{ baton_folders | rejectattr('access', 'in', baton_look.stdout_lines) | list }}"
    baton_other_files: >-
      {{ baton_files | rejectattr('hash', 'in', baton_look.stdout_lines)
      | union(baton_files | rejectattr('access', 'in', baton_look.stdout_lines)) | list }}

- name: Would be written
  ansible.builtin.debug: { msg: "{{ item.path }}" }
  loop: "{{ baton_other_folders + baton_other_files }}"
  loop_control: { label: "{{ item.path }}" }
  changed_when: true
  when: ansible_check_mode

- name: Another version of Baton would be put there
  ansible.builtin.debug: { var: baton_program_id }
  changed_when: true
  when: >-
    ansible_check_mode and baton_program is defined
    and 'program ' + baton_program_id not in baton_look.stdout_lines

- name: Folders
  ansible.builtin.file:
    path: "{{ item.path }}"
    state: directory
    owner: "{{ item.owner }}"
    group: "{{ item.group }}"
    mode: "{{ item.mode }}"
  loop: "{{ baton_other_folders }}"
  loop_control: { label: "{{ item.path }}" }
  when: not ansible_check_mode

- name: Baton itself
  ansible.builtin.import_tasks: program.yml
  when: not ansible_check_mode

# A run that is interrupted leaves it, and the next one goes on.
- name: Remember that what is written now has yet to be applied
  ansible.builtin.file: { path: /etc/baton/unapplied, state: touch, mode: "0644" }
  when: not ansible_check_mode and baton_other_files | length > 0

- name: Files
  ansible.builtin.copy:
    src: "{{ playbook_dir }}/../{{ item.source }}"
    dest: "{{ item.path }}"
    owner: "{{ item.owner }}"
    group: "{{ item.group }}"
    mode: "{{ item.mode }}"
  loop: "{{ baton_other_files }}"
  loop_control: { label: "{{ item.path }}" }
  diff: false
  when: not ansible_check_mode

- name: Tell systemd about its files
  ansible.builtin.systemd:
    daemon_reload: true
  when: >-
    not ansible_check_mode and ('unapplied' in baton_look.stdout_lines
    or baton_other_files | selectattr('path', 'match', '^/etc/systemd/') | length > 0)
  changed_when: false

- name: Kernel settings
  ansible.builtin.command:
    argv: [systemctl, restart, systemd-sysctl.service]
  when: >-
    not ansible_check_mode and ('unapplied' in baton_look.stdout_lines
    or baton_other_files | selectattr('path', 'match', '^/etc/sysctl.d/') | length > 0)
  changed_when: false

- name: Firewall, now and after every boot
  ansible.builtin.systemd:
    name: baton-firewall.service
    enabled: true
    state: >-
      {{ 'reloaded' if 'unapplied' in baton_look.stdout_lines
      or baton_other_files | selectattr('path', 'match', '.*[.]nft$') | length > 0 else 'started' }}
  when: >-
    not ansible_check_mode and baton_firewall and (baton_other_files | length > 0
    or 'unapplied' in baton_look.stdout_lines or 'firewall' not in baton_look.stdout_lines)

- name: All of it is applied
  ansible.builtin.file: { path: /etc/baton/unapplied, state: absent }
  when: >-
    not ansible_check_mode
    and (baton_other_files | length > 0 or 'unapplied' in baton_look.stdout_lines)
`;

export const PROGRAM_TASKS = `# Written by Baton. Each version lies under a name with a hash of what it is, so
# that what runs keeps its own until it is restarted, and what is there needs no second look.
- name: Runtime
  ansible.builtin.copy:
    src: "{{ baton_runtime }}"
    dest: "/opt/baton/{{ baton_runtime_id }}"
    owner: root
    group: root
    mode: "0755"
  diff: false
  when: >-
    baton_program is defined and 'program ' + baton_runtime_id not in baton_look.stdout_lines

- name: Program
  ansible.builtin.unarchive:
    src: "{{ baton_program }}"
    dest: /opt/baton
    owner: root
    group: root
  when: >-
    baton_program is defined and 'program ' + baton_program_id not in baton_look.stdout_lines

- name: Command
  ansible.builtin.copy:
    content: |
      #!/bin/sh
      exec /opt/baton/{{ baton_runtime_id }} /opt/baton/{{ baton_program_id }}/bin/baton.js "$@"
    dest: /usr/local/bin/baton
    owner: root
    group: root
    mode: "0755"
  diff: false
  register: baton_command
  when: baton_program is defined and baton_exec not in baton_look.stdout_lines
  vars:
    baton_exec: >-
      command /opt/baton/{{ baton_runtime_id }} /opt/baton/{{ baton_program_id }}/bin/baton.js "$@"

# Fails where nobody brings it along and it is not there, and on a processor that it is not for.
- name: Does it run here
  ansible.builtin.command:
    argv: [/usr/local/bin/baton, --version]
  changed_when: false
  when: baton_program is not defined or baton_command is not skipped
`;
