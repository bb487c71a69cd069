import { testRule } from "../rule.fixture.ts";
import { cm005 } from "./cm005.ts";

testRule(cm005, {
  finds: [
    {
      about: "a version that a variable holds",
      files: {
        "site.yml":
          '- hosts: redis\n  vars:\n    redis_version: "6.2.6"\n  tasks:\n    - apt:\n        ' +
          'name: "redis-server={{ redis_version }}"\n',
      },
      says: "6.2.6",
      at: ["site.yml:6", "site.yml:6"],
    },
    {
      about: "an image out of support",
      files: { "compose.yml": "services:\n  redis:\n    image: redis:6.0-alpine\n" },
      severity: "warning",
    },
    {
      about: "a line of a script",
      files: { "install.sh": "#!/bin/sh\nsudo apt-get install -y redis-server=7.0.15\n" },
      at: ["install.sh:2"],
    },
  ],
  passes: [
    {
      about: "another system's packages",
      files: { "install.sh": "#!/bin/sh\nsudo apk add redis=7.0.15-r0\n" },
    },
    {
      about: "an image of today",
      files: { "compose.yml": "services:\n  redis:\n    image: redis:7\n" },
    },
    {
      about: "a version that nobody knows here",
      files: {
        "site.yml": '- hosts: redis\n  tasks:\n    - apt: name="redis-server={{ redis_version }}"\n',
      },
    },
  ],
});
