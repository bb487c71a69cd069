// Builds inventories with zones for the examples of rules about topology.
import type { ExampleFiles } from "./rule.ts";

/** "inventory.ini" with one host for each zone given: h1 on 10.0.0.1 and so on. */
export function inventoryOf(...zones: readonly string[]): ExampleFiles {
  const hosts = zones.map((zone, index) => {
    const number = index + 1;
    return `h${number} ansible_host=10.0.0.${number} zone=${zone}`;
  });
  return { "inventory.ini": ["[redis]", ...hosts, ""].join("\n") };
}
