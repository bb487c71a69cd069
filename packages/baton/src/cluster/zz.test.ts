import { test } from "vitest";
import { loadCluster } from "./load.ts";
test("x", () => {
  const N = 250_000;
  const cases: Record<string,string> = {
    keys: Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join("\n"),
    dupes: "a: 1\n".repeat(40_000),
    hosts: "hosts:\n" + "  - {name: h, address: 1.1.1.1, x: 1}\n".repeat(6000),
    close: "]".repeat(N),
    settings: "redis: { settings: {" + Array.from({ length: 15_000 }, (_, i) => `k${i}: true`).join(", ") + "}}",
    list: "hosts: [" + "1,".repeat(100_000) + "1]",
    pairs: "hosts: [" + "{a: b},".repeat(30_000) + "1]",
    groups: "hosts: [{name: a, address: 1.1.1.1}]\ngroups: [{name: g, hosts: [" + "b,".repeat(60_000) + "b]}]",
  };
  for (const [name, text] of Object.entries(cases)) {
    const start = performance.now();
    const loaded = loadCluster(text, "x");
    process.stdout.write(`${name} ${Math.round(performance.now() - start)} ms ${loaded.kind === "bad" ? loaded.problems.length : "ok"}\n`);
  }
}, 300_000);
