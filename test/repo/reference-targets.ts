// The reference page of targets, made from the kinds' own tables.
import { targetKinds } from "../../packages/baton/src/targets/index.ts";
import { type SettingRow, settingRows } from "../../packages/baton/src/targets/reference.ts";
import { cell, page } from "./page.ts";

const rowOf = ({ key, fallback, meaning }: SettingRow): string => {
  const value = fallback === "" || fallback === "needed" ? fallback : `\`${cell(fallback)}\``;
  return `| \`${key}\` | ${value} | ${cell(meaning)} |`;
};

const TIERS = {
  real: "real program",
  schema: "copy, held against the vendor's schema",
  hand: "copy by the vendor's manual",
} as const;

export function targetsPage(): string {
  const rows = targetKinds.map(({ id, summary, fencing, tier, reach, facts }) => {
    const whose = reach === "host" ? "each host has its own" : "one for all";
    const [own, name] = [`[\`${id}\`](#${id})`, cell(summary)];
    return `| ${own} | ${name} | ${fencing} | ${facts.delay} | ${whose} | ${TIERS[tier]} |`;
  });
  const kinds = targetKinds.flatMap((kind) => [
    `## ${kind.id}`,
    "",
    `It ${kind.summary}.`,
    "",
    `- What clients see: ${kind.facts.clients}`,
    `- Least rights: ${kind.facts.rights}`,
    `- What may serve better: ${kind.facts.instead}`,
    "",
    "| key | default | meaning |",
    "|---|---|---|",
    ...settingRows(kind).map(rowOf),
    "",
  ]);
  return page(
    "Kinds of targets",
    "Fencing is what keeps a late writer with an old epoch out: `compare-and-set`: the far side refuses it.",
    "`mutex`: the far side takes one change at a time, and what a late one did is put right within an",
    "interval. `none`: only the agent's own memory on disk does.",
    "",
    "| kind | what it is | fencing | until clients follow | reach | tested on |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    ...kinds,
  );
}
