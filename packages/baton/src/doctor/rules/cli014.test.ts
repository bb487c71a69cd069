// CLI014 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli014 } from "./cli014.ts";

testRule(cli014, {
  finds: [
    {
      about: "redis-py through pubsub()",
      files: {
        "a.py":
          'import redis\np = redis.Redis("10.0.0.4", 26379).pubsub()\np.subscribe("+switch-master")\n',
      },
      at: ["a.py:3"],
      says: "10.0.0.4:26379",
    },
    {
      about: "Perl",
      files: {
        "a.pl":
          "use Redis;\nmy $s = Redis->new(server => '10.0.0.4:26379');\n" +
          "$s->subscribe('+switch-master', sub { $changed = 1 });\n",
      },
      at: ["a.pl:3"],
    },
  ],
  passes: [
    {
      about: "two of them",
      files: {
        "a.py": [
          "import redis",
          'a = redis.Redis("10.0.0.4", 26379).pubsub()',
          'b = redis.Redis("10.0.0.5", 26379).pubsub()',
          'a.subscribe("+switch-master")',
          'b.subscribe("+switch-master")',
        ].join("\n"),
      },
    },
    {
      about: "a function that is called for each",
      files: {
        "a.py":
          "import redis\ndef listen(host):\n" +
          '    redis.Redis(host, 26379).pubsub().subscribe("+switch-master")\n',
      },
    },
    {
      about: "another channel",
      files: { "a.py": 'import redis\nredis.Redis("10.0.0.4", 26379).pubsub().subscribe("news")\n' },
    },
  ],
});
