// RED031 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red031 } from "./red031.ts";

testRule(red031, {
  finds: [
    {
      about: "every interface, which is no address",
      files: { "redis.conf": "port 6379\nreplica-announce-ip 0.0.0.0\n" },
      at: ["redis.conf:2"],
    },
  ],
  passes: [
    {
      about: "loopback where everything is on one machine",
      files: { "redis.conf": "port 6380\nreplicaof 127.0.0.1 6379\nreplica-announce-ip 127.0.0.1\n" },
    },
    {
      about: "a placeholder",
      files: { "redis.conf": "replicaof 10.0.0.1 6379\nreplica-announce-ip {{ ip }}\n" },
    },
  ],
});
