// The role's first part: everything that a host needs, without touching anything that runs.

export const PREPARE = `# Written by Baton. Nothing in here starts, stops or restarts a Redis or a Sentinel.
# One that Sentinels watch is replaced by \`baton converge\`; any other stops the deployment there.
- name: Look for a Redis that Baton did not start
  ansible.builtin.command:
    argv: [systemctl, is-active, redis-server.service]
  register: baton_stranger
  changed_when: false
  failed_when: false
  check_mode: false
  when: baton_redis

- name: Group of Baton's processes
  ansible.builtin.group: { name: baton, system: true }

- name: User of Baton's processes
  ansible.builtin.user:
    name: baton
    group: baton
    system: true
    create_home: false
    home: /var/lib/baton
    shell: /usr/sbin/nologin

# Debian's own node would be a stray empty primary beside those of the cluster file.
- name: Debian's own instance never runs
  ansible.builtin.file:
    src: /dev/null
    dest: /etc/systemd/system/redis-server.service
    state: link
    force: true
  when: baton_redis and baton_stranger.stdout != 'active'

- name: Ask which packages are there
  ansible.builtin.command:
    argv: "{{ ['dpkg-query', '--show', '--showformat=\${db:Status-Abbrev}\\\\n'] + baton_packages }}"
  register: baton_installed
  changed_when: false
  failed_when: false
  check_mode: false
  when: baton_packages | length > 0

- name: Packages that are missing, or to be renewed
  ansible.builtin.set_fact:
    baton_wanted: >-
      {{ baton_packages if baton_upgrade | default(false) | bool
      or baton_installed.stdout_lines | default([]) | select('match', '^ii') | length
      < baton_packages | length
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

- name: Owners and modes of what is there
  ansible.builtin.command:
    argv: >-
      {{ ['stat', '--format=%n %U %G 0%a', '--', '/opt/baton/' + baton_runtime_id | default('none'),
      '/opt/baton/' + baton_program_id | default('none') + '/complete']
      + baton_folders | map(attribute='path') | list + baton_files | map(attribute='path') | list }}
  register: baton_stats
  changed_when: false
  failed_when: false
  check_mode: false

- name: Hashes of the files that are there
  ansible.builtin.command:
    argv: "{{ ['sha256sum', '--'] + baton_files | map(attribute='path') | list }}"
  register: baton_hashes
  changed_when: false
  failed_when: false
  check_mode: false

- name: What differs
  ansible.builtin.set_fact:
    baton_other_folders: "{{ baton_folders | rejectattr('access', 'in', baton_stats.stdout_lines) | list }}"
    baton_other_files: >-
      {{ baton_files | rejectattr('line', 'in', baton_hashes.stdout_lines)
      | union(baton_files | rejectattr('access', 'in', baton_stats.stdout_lines)) | list }}

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
    ansible_check_mode and baton_program is defined and baton_stats.stdout_lines
    | select('match', '^/opt/baton/' + baton_program_id + '/complete ') | length == 0

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
    not ansible_check_mode
    and baton_other_files | selectattr('path', 'match', '^/etc/systemd/') | length > 0
  changed_when: false

- name: Kernel settings
  ansible.builtin.command:
    argv: [systemctl, restart, systemd-sysctl.service]
  when: >-
    not ansible_check_mode
    and baton_other_files | selectattr('path', 'match', '^/etc/sysctl.d/') | length > 0
  changed_when: false

- name: Firewall, now and after every boot
  ansible.builtin.systemd:
    name: baton-firewall.service
    enabled: true
    state: >-
      {{ 'reloaded' if baton_other_files | selectattr('path', 'match', '.*[.]nft$') | length > 0
      else 'started' }}
  when: not ansible_check_mode and baton_firewall
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
    baton_program is defined and baton_stats.stdout_lines
    | select('match', '^/opt/baton/' + baton_runtime_id + ' ') | length == 0

- name: Program
  ansible.builtin.unarchive:
    src: "{{ baton_program }}"
    dest: /opt/baton
    owner: root
    group: root
  when: >-
    baton_program is defined and baton_stats.stdout_lines
    | select('match', '^/opt/baton/' + baton_program_id + '/complete ') | length == 0

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
  when: baton_program is defined

# Fails where nobody brings it along and it is not there, and on a processor that it is not for.
- name: Does it run here
  ansible.builtin.command:
    argv: [/usr/local/bin/baton, --version]
  changed_when: false
`;
