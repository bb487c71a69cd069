// RED041 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red041 } from "./red041.ts";

testRule(red041, {
  finds: [
    {
      about: "DEBUG for everybody",
      files: { "redis.conf": "port 6379\nenable-debug-command yes\n" },
      at: ["redis.conf:2"],
    },
    {
      about: "KEYS alone",
      files: { "redis.conf": "port 6379\nuser shop on >kept-elsewhere ~shop:* +get +keys\n" },
      says: /KEYS\.$/,
    },
  ],
  passes: [
    {
      about: "an administrator, who has all keys",
      files: { "redis.conf": "port 6379\nuser admin on >kept-elsewhere ~* +@all\n" },
    },
    { about: "DEBUG on loopback", files: { "redis.conf": "port 6379\nenable-debug-command local\n" } },
    { about: "a user that is off", files: { "redis.conf": "port 6379\nuser shop off ~shop:* +@all\n" } },
  ],
});
