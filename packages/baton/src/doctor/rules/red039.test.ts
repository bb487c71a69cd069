// RED039 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red039 } from "./red039.ts";

const nodes = (rights: string): Readonly<Record<string, string>> => ({
  "h1/redis.conf": `bind 10.0.0.1\nuser repl on >kept-elsewhere ${rights}\n`,
  "h2/redis.conf":
    "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nmasteruser repl\nmasterauth kept-elsewhere\n",
});

testRule(red039, {
  finds: [
    {
      about: "psync, without which there is no link",
      files: nodes("-@all +replconf +ping"),
      at: ["h1/redis.conf:2"],
      says: "never comes up",
    },
    { about: "both of them", files: nodes("+@read"), at: ["h1/redis.conf:2", "h1/redis.conf:2"] },
  ],
  passes: [
    { about: "a missing PING, which is no obstacle", files: nodes("-@all +psync +replconf") },
    { about: "rights to be filled in", files: nodes("{{ rights }}") },
    { about: "everything", files: nodes("+@all") },
  ],
});
