// RED002 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red002 } from "./red002.ts";

const sentinel = "sentinel monitor main 10.0.0.1 6379 2\n";
const replica = "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n";
// Of "second-one".
const HASH = "#3b8c1f0b2f2d6d7b1f7a3a4d4b6f4b3d2c1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a";

testRule(red002, {
  finds: [
    {
      about: "a replication user whose hash is another password's",
      files: {
        "h1/redis.conf": `bind 10.0.0.1\nuser repl on ${HASH} +psync +replconf\n`,
        "h2/redis.conf": `${replica}masteruser repl\nmasterauth second-one\n`,
      },
      at: ["h2/redis.conf:4"],
    },
    {
      about: "a replication user that the primary does not have",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nuser other on >second-one +psync\n",
        "h2/redis.conf": `${replica}masteruser repl\nmasterauth second-one\n`,
      },
      at: ["h2/redis.conf:4"],
    },
    {
      about: "passwords that only fit crosswise",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nrequirepass first-one\nmasterauth second-one\n",
        "h2/redis.conf": `${replica}requirepass second-one\nmasterauth first-one\n`,
        "h1/sentinel.conf": sentinel,
      },
      at: ["h2/redis.conf:3"],
      says: "requirepass is not that of h1/redis.conf",
    },
    {
      about: "a password on one of two nodes",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nrequirepass first-one\nmasterauth first-one\n",
        "h2/redis.conf": `${replica}masterauth first-one\n`,
        "h1/sentinel.conf": sentinel,
      },
      at: ["h2/redis.conf:1"],
      says: "no requirepass",
    },
  ],
  passes: [
    {
      about: "nodes without Sentinel, where the primary stays one",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nrequirepass first-one\n",
        "h2/redis.conf": `${replica}requirepass second-one\nmasterauth first-one\n`,
      },
    },
    {
      about: "equal passwords, one of them quoted",
      files: {
        "h1/redis.conf": 'bind 10.0.0.1\nrequirepass "first-one"\nmasterauth first-one\n',
        "h2/redis.conf": `${replica}requirepass first-one\nmasterauth first-one\n`,
      },
    },
    {
      about: "a placeholder on one side",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\nrequirepass {{ password }}\n",
        "h2/redis.conf": `${replica}masterauth first-one\n`,
      },
    },
    {
      about: "users in an aclfile that is not there",
      files: {
        "h1/redis.conf": "bind 10.0.0.1\naclfile /etc/redis/users.acl\n",
        "h2/redis.conf": `${replica}masteruser repl\nmasterauth second-one\n`,
      },
    },
  ],
});
