// OS002 put to the test.
import { testRule } from "../rule.fixture.ts";
import { os002 } from "./os002.ts";

const task = (value: string): string =>
  `- name: Huge pages\n  shell: echo ${value} > /sys/kernel/mm/transparent_hugepage/enabled\n`;

testRule(os002, {
  finds: [
    {
      about: "a task in the role of Redis",
      files: { "roles/redis/tasks/main.yml": task("always") },
      at: ["roles/redis/tasks/main.yml:2"],
      severity: "warning",
    },
    {
      about: "a node that is told not to switch them off",
      files: {
        "roles/redis/tasks/main.yml": task("'always'"),
        "roles/redis/templates/redis.conf.j2": "bind 10.0.0.1\ndisable-thp no\n",
      },
    },
    {
      about: "a pipe into tee",
      files: {
        "roles/redis/tasks/main.yml":
          "- shell: echo always | sudo tee /sys/kernel/mm/transparent_hugepage/enabled\n",
      },
    },
  ],
  passes: [
    { about: "never", files: { "roles/redis/tasks/main.yml": task("never") } },
    {
      about: "a node that switches them off for itself",
      files: {
        "roles/redis/tasks/main.yml": task("always"),
        "roles/redis/templates/redis.conf.j2": "bind 10.0.0.1\ndisable-thp yes\n",
      },
    },
    { about: "the role of another program", files: { "roles/builder/tasks/main.yml": task("always") } },
    {
      about: "the same word in another file of the kernel",
      files: {
        "roles/redis/tasks/main.yml":
          "- shell: echo always > /sys/kernel/mm/transparent_hugepage/shmem_enabled\n",
      },
    },
  ],
});
