// The reference page of channels, made from the kinds' own tables.
import { channelKinds } from "../../packages/baton/src/notify/index.ts";
import { type SettingRow, settingRows } from "../../packages/baton/src/targets/reference.ts";
import { cell, page } from "./page.ts";

const rowOf = ({ key, fallback, meaning }: SettingRow): string => {
  const value = fallback === "" || fallback === "needed" ? fallback : `\`${cell(fallback)}\``;
  return `| \`${key}\` | ${value} | ${cell(meaning)} |`;
};

const TIERS = { real: "real receiver", schema: "copy, by the vendor's documents" } as const;

export function notifyPage(): string {
  const rows = channelKinds.map(({ id, summary, tier, facts }) => {
    return `| [\`${id}\`](#${id}) | ${cell(summary)} | ${cell(facts.twice)} | ${TIERS[tier]} |`;
  });
  const kinds = channelKinds.flatMap((kind) => [
    `## ${kind.id}`,
    "",
    `It ${kind.summary}.`,
    "",
    `- What is shown: ${kind.facts.shown}`,
    `- A message that arrives twice ${kind.facts.twice}`,
    `- Credential: ${kind.facts.credential}`,
    "",
    "| key | default | meaning |",
    "|---|---|---|",
    ...settingRows(kind).map(rowOf),
    "",
  ]);
  return page(
    "Kinds of channels",
    "Keys that all channels have (`name`, `kind`, `on`, `groups`, `severity`, `settle`, `drills`) are in",
    "[the cluster file](cluster-file.md).",
    "",
    "| kind | what it does | a message that arrives twice | tested on |",
    "|---|---|---|---|",
    ...rows,
    "",
    ...kinds,
  );
}
