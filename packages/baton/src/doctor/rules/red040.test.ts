// RED040 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red040 } from "./red040.ts";

const replica = "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n";

testRule(red040, {
  finds: [
    {
      about: "other rights of the same user",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nuser shop on >kept-elsewhere ~* +@all\n",
        "h2/redis.conf": `${replica}user shop on >kept-elsewhere ~* +@read\n`,
      },
      at: ["h2/redis.conf:3"],
    },
    {
      about: "a user that running nodes do not have in common",
      live: {
        redis: [
          {
            address: "10.0.0.1",
            port: 6379,
            settings: new Map([["replicaof", ""]]),
            users: [{ name: "shop", line: "user shop on ~* +@all" }],
          },
          {
            address: "10.0.0.2",
            port: 6379,
            settings: new Map([["replicaof", "10.0.0.1 6379"]]),
            users: [],
          },
        ],
      },
      says: "shop of 10.0.0.1:6379 is missing on 10.0.0.2:6379",
    },
  ],
  passes: [
    {
      about: "an aclfile that is not here",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nuser shop on >kept-elsewhere ~* +@all\n",
        "h2/redis.conf": `${replica}aclfile /etc/redis/users.acl\n`,
      },
    },
    {
      about: "a password to be filled in",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nuser shop on >{{ password }} ~* +@all\n",
        "h2/redis.conf": `${replica}user shop on >kept-elsewhere ~* +@all\n`,
      },
    },
  ],
});
