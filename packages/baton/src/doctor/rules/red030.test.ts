// RED030 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red030 } from "./red030.ts";

testRule(red030, {
  finds: [
    {
      about: "two nodes that follow each other",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nport 6379\nreplicaof 10.0.0.2 6379\n",
        "h2/redis.conf": "bind 10.0.0.2\nport 6379\nreplicaof 10.0.0.1 6379\n",
      },
      at: ["h1/redis.conf:3", "h2/redis.conf:3"],
    },
    {
      about: "its own port on loopback",
      files: { "redis.conf": "port 6379\nreplicaof 127.0.0.1 6379\n" },
      at: ["redis.conf:2"],
    },
  ],
  passes: [
    {
      about: "two replicas of one primary",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nport 6379\n",
        "h2/redis.conf": "bind 10.0.0.2\nport 6379\nreplicaof 10.0.0.1 6379\n",
        "h3/redis.conf": "bind 10.0.0.3\nport 6379\nreplicaof 10.0.0.1 6379\n",
      },
    },
    { about: "a placeholder", files: { "redis.conf": "port 6379\nreplicaof {{ primary }} 6379\n" } },
    {
      about: "no replicaof at all, said in words",
      files: { "redis.conf": "port 6379\nreplicaof no one\n" },
    },
  ],
});
