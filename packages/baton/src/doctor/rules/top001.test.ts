import { testRule } from "../rule.fixture.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { sentinelFiles } from "../rule-examples.ts";
import { top001 } from "./top001.ts";

testRule(top001, {
  finds: [
    {
      about: "a host that is all of its zone once",
      files: {
        ...inventoryOf("a", "b"),
        "h1/sentinel-1.conf": "port 26379\nbind 10.0.0.1\nsentinel monitor main 10.0.0.1 6379 2\n",
        "h1/sentinel-2.conf": "port 26380\nbind 10.0.0.1\nsentinel monitor main 10.0.0.1 6379 2\n",
        "h2/sentinel.conf": "port 26379\nbind 10.0.0.2\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
      at: ["h1/sentinel-1.conf:3"],
    },
    {
      about: "two Sentinels on one host",
      files: {
        "h1/sentinel-1.conf": "port 26379\nbind 10.0.0.1\nsentinel monitor main 10.0.0.1 6379 2\n",
        "h1/sentinel-2.conf": "port 26380\nbind 10.0.0.1\nsentinel monitor main 10.0.0.1 6379 2\n",
        "h2/sentinel.conf": "port 26379\nbind 10.0.0.2\nsentinel monitor main 10.0.0.1 6379 2\n",
      },
      says: 'are on the host "h1"',
    },
  ],
  passes: [
    {
      about: "one zone for all, whose loss nobody wants to survive",
      files: { ...inventoryOf("a", "a", "a"), ...sentinelFiles() },
    },
    { about: "three zones", files: { ...inventoryOf("a", "b", "c"), ...sentinelFiles() } },
    { about: "hosts without zones", files: sentinelFiles() },
  ],
});
