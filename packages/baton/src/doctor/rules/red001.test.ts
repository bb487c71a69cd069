// RED001 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red001 } from "./red001.ts";

const replica = "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n";

testRule(red001, {
  finds: [
    {
      about: "a masteruser that is missing while the default user of the peer is off",
      files: {
        "h1/redis.conf":
          "bind 10.0.0.1\nuser default off\nuser repl on >kept-elsewhere +psync +replconf\nmasteruser " +
          "repl\nmasterauth kept-elsewhere\n",
        "h2/redis.conf": `${replica}user default off\nmasterauth kept-elsewhere\n`,
      },
      at: ["h2/redis.conf:1"],
      says: "no masteruser",
    },
    {
      about: "a lonely primary with a password, watched from elsewhere",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nrequirepass kept-elsewhere\n",
        "h1/sentinel.conf": "sentinel monitor main 10.0.0.1 6379 2\n",
      },
      at: ["h1/redis.conf:1"],
    },
    {
      about: "a replica whose primary is all that is known besides",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nrequirepass kept-elsewhere\nmasterauth kept-elsewhere\n",
        "h2/redis.conf": replica,
      },
      at: ["h2/redis.conf:1"],
    },
  ],
  passes: [
    {
      about: "a masterauth that is filled in at deployment",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nrequirepass {{ password }}\nmasterauth {{ password }}\n",
        "h2/redis.conf": `${replica}requirepass {{ password }}\nmasterauth {{ password }}\n`,
      },
    },
    {
      about: "a masterauth that may stand in an include that is not there",
      files: {
        "h1/redis.conf": "include secrets.conf\nbind 10.0.0.1\nrequirepass kept-elsewhere\n",
        "h2/redis.conf": `${replica}requirepass kept-elsewhere\nmasterauth kept-elsewhere\n`,
      },
    },
    {
      about: "nodes without passwords",
      files: { "h1/redis.conf": "bind 10.0.0.1\n", "h2/redis.conf": replica },
    },
    {
      about: "a primary that stays one, without Sentinel",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nrequirepass kept-elsewhere\n",
        "h2/redis.conf": `${replica}masterauth kept-elsewhere\n`,
      },
    },
    {
      about: "a lonely server with a password",
      files: { "redis.conf": "bind 127.0.0.1\nrequirepass kept-elsewhere\n" },
    },
    {
      about: "Valkey's own name of the setting",
      files: {
        "h1/valkey.conf": "bind 10.0.0.1\nrequirepass kept-elsewhere\nprimaryauth kept-elsewhere\n",
        "h2/valkey.conf": `${replica}requirepass kept-elsewhere\nprimaryauth kept-elsewhere\n`,
      },
    },
  ],
});
