// What the pages about targets write into a cluster file is taken by the kinds that they are about.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { knownTargets } from "./settings.ts";

const folder = fileURLToPath(new URL("../../../../docs/targets/", import.meta.url));

interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly on: readonly string[];
  readonly group?: string;
}

/** The entries of every block that is a part of a cluster file. */
function entriesOf(page: string): readonly Entry[] {
  const text = readFileSync(`${folder}${page}`, "utf8");
  const blocks = [...text.matchAll(/^```ya?ml\n(targets:\n[\s\S]*?)^```/gm)].map(
    ([, block]) => block ?? "",
  );
  return blocks.flatMap((block) => (parse(block) as { readonly targets: readonly Entry[] }).targets);
}

test.each(readdirSync(folder).filter((name) => name.endsWith(".md")))(
  "the example of docs/targets/%s is accepted",
  (page) => {
    const entries = entriesOf(page);
    expect(entries.length).toBeGreaterThan(0);
    const plans = entries.map(({ name, kind, on, group = "main", ...settings }) => {
      return { name, kind, on, group, settings };
    });
    expect(knownTargets(plans)).toHaveLength(entries.length);
  },
);
