import { testRule } from "../rule.fixture.ts";
import { net003 } from "./net003.ts";

testRule(net003, {
  passes: [
    {
      about: "sources that a variable holds",
      files: {
        "site.yml":
          '- hosts: redis\n  tasks:\n    - ufw: {rule: allow, port: "6379", src: "{{ item ' +
          '}}"}\n      loop: "{{ allowed }}"\n',
        "hosts.ini": "[sentinels]\ns1 ansible_host=10.0.2.1\n",
      },
    },
  ],
});
