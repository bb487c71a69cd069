import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { layoutOf } from "../cluster/layout.ts";
import { clusterOrThrow } from "../cluster/load.ts";
import { diagnosisOf } from "./folder.fixture.ts";
import { renderedSources } from "./rendered.ts";

const hosts = (count: number, zones = "abc"): string =>
  [
    "hosts:",
    ...Array.from({ length: count }, (_, index) => {
      const address = `10.0.${index}.1`;
      return `  - { name: h${index + 1}, address: ${address}, zone: ${zones[index % zones.length] ?? "a"} }`;
    }),
    "",
  ].join("\n");
const TLS = "tls: { authority: /tls/authority.pem, certificate: /tls/host.pem, key: /tls/host.key }\n";
const GROUPS =
  "groups:\n" +
  "  - { name: orders, hosts: [h1, h2, h3], primary: h1 }\n" +
  "  - { name: carts, hosts: [h3, h4, h5], primary: h3, port: 6400, routerPort: 6401 }\n";

const VARIANTS: Readonly<Record<string, string>> = {
  "three hosts and nothing said": hosts(3),
  "three hosts of one zone": hosts(3, "a"),
  "five hosts": hosts(5, "abcde"),
  "seven hosts": hosts(7, "abcdefg"),
  "several groups": hosts(5, "abcde") + GROUPS,
  "several groups with TLS": hosts(5, "abcde") + GROUPS + TLS,
  "TLS everywhere": hosts(3) + TLS,
  "TLS on the routers only": hosts(3) + TLS.replace(" }", ", redis: false }"),
  "rpo none": `objectives: { rpo: none }\n${hosts(3)}`,
  "rpo 3s, rto 2200ms": `objectives: { rpo: 3s, rto: 2200ms }\n${hosts(3)}`,
  "a long rto": `objectives: { rto: 60s, rpo: 60s }\n${hosts(3)}`,
  "replicated writes": `${hosts(3)}router: { durability: replicated }\n`,
  "reads from replicas": `${hosts(3)}router: { readPort: 6381 }\n`,
  "settings of its own": `${hosts(3)}redis: { settings: { maxmemory: 2gb, hz: 20 } }\n`,
  "other ports": `${hosts(3)}redis: { port: 7000 }\nsentinel: { port: 27000 }\nagent: { port: 9000 }\n`,
  "agents that do not fence": `${hosts(3)}agent: { fence: false }\n`,
};

const examples = fileURLToPath(new URL("../../../../examples", import.meta.url));
const written = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".yml"),
);
const clusters = [
  ...written.map((name) => [name, readFileSync(`${examples}/${name}`, "utf8")] as const),
  ...Object.entries(VARIANTS),
];

describe.each(clusters)("what Baton writes for a cluster of %s", (name, text) => {
  const layout = layoutOf(clusterOrThrow(text, name));
  const files = renderedSources(layout, "cluster.yml");
  const { rtoMs, rpo } = layout.cluster.objectives;
  const policy = { rtoMs, ...(rpo.kind === "none" ? {} : { rpoMs: rpo.ms }) };

  test("has no error and no warning, seen with its cluster file", async () => {
    const { findings, checked } = await diagnosisOf({ files, layout, policy });
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect([checked.groups, checked.others]).toEqual([layout.groups.length, 0]);
  });

  test("has none either, seen alone", async () => {
    const { findings, checked } = await diagnosisOf({ files });
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(checked.groups).toBe(layout.groups.length);
  });
});
