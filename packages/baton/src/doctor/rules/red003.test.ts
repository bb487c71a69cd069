// RED003 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red003 } from "./red003.ts";

testRule(red003, {
  finds: [
    {
      about: "a file without bind, which listens everywhere",
      files: { "redis.conf": "port 6379\nprotected-mode no\n" },
      at: ["redis.conf:2"],
      says: "every interface",
    },
    {
      about: "a default user that an ACL line opens",
      files: { "redis.conf": "bind 10.0.0.1\nprotected-mode no\nuser default on nopass ~* +@all\n" },
    },
  ],
  passes: [
    { about: "loopback", files: { "redis.conf": "bind 127.0.0.1 -::1\nprotected-mode no\n" } },
    {
      about: "a default user with a password of its own",
      files: {
        "redis.conf": "bind 10.0.0.1\nprotected-mode no\nuser default on >kept-elsewhere ~* +@all\n",
      },
    },
    {
      about: "TLS alone, with certificates asked for",
      files: { "redis.conf": "bind 10.0.0.1\nport 0\ntls-port 6379\nprotected-mode no\n" },
    },
    {
      about: "a password to be filled in",
      files: { "redis.conf": "bind 10.0.0.1\nprotected-mode no\nrequirepass {{ password }}\n" },
    },
    {
      about: "an address to be filled in",
      files: { "redis.conf": "bind {{ address }}\nprotected-mode no\n" },
    },
  ],
});
