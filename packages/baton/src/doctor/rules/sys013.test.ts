import { testRule } from "../rule.fixture.ts";
import { sys013 } from "./sys013.ts";

testRule(sys013, {
  passes: [
    {
      about: "a package that another role installs",
      files: {
        "roles/sentinel/tasks/main.yml":
          "- apt: {name: redis-server}\n- service: {name: redis-sentinel, state: started}\n",
        "roles/common/tasks/main.yml": "- apt:\n    name: [redis-sentinel]\n",
      },
    },
    {
      about: "a unit of one's own",
      files: {
        "site.yml":
          "- hosts: s\n  tasks:\n    - apt: {name: redis-server}\n    - copy: {src: a, dest: " +
          "/etc/systemd/system/redis-sentinel.service}\n    - service: {name: redis-sentinel, " +
          "state: started}\n",
      },
    },
  ],
});
