// SYS008 put to the test.
import { testRule } from "../rule.fixture.ts";
import { sys008 } from "./sys008.ts";

testRule(sys008, {
  finds: [
    {
      about: "every place where one stands",
      files: {
        "redis.service":
          "[Unit]\nAfter=network.target # up\n[Service]\nExecStart=/usr/bin/redis-server " +
          "/etc/redis/redis.conf # run\nLimitNOFILE=65535 ; many\n",
      },
      at: ["redis.service:2", "redis.service:4", "redis.service:5"],
    },
  ],
  passes: [
    {
      about: "a unit of other software",
      files: {
        "nginx.service": "[Service]\nExecStart=/usr/sbin/nginx\nRestart=always # always\n",
        "redis.service": "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\n",
      },
    },
    {
      about: "quoted signs, and commands with a semicolon between",
      files: {
        "redis.service":
          '[Service]\nEnvironment="A=b # c"\nExecStartPre=/bin/true ; /bin/true\n' +
          "ExecStart=/usr/bin/redis-server /etc/redis/redis.conf\n",
      },
    },
  ],
});
