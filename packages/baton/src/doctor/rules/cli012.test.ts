// CLI012 put to the test.
import { testRule } from "../rule.fixture.ts";
import { cli012 } from "./cli012.ts";

const node = (read: string): string =>
  [
    'import Redis from "ioredis";',
    'const common = { sentinels: nodes, name: "main" };',
    "const primary = new Redis({ ...common });",
    'const replica = new Redis({ ...common, role: "slave" });',
    "export async function save(id, value) {",
    "  await primary.set(id, value);",
    `  return ${read};`,
    "}",
    "export const load = (id) => replica.get(id);",
  ].join("\n");

testRule(cli012, {
  finds: [
    { about: "ioredis with the role slave", files: { "a.ts": node("replica.get(id)") }, at: ["a.ts:7"] },
  ],
  passes: [
    { about: "another key", files: { "a.ts": node('replica.get("names")') } },
    { about: "the primary", files: { "a.ts": node("primary.get(id)") } },
  ],
});
