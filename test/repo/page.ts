// What all generated pages share.

const NOTICE = "<!-- Generated from the tables in the code by `npm run generate`. Do not edit. -->";

export const page = (title: string, ...lines: readonly string[]): string =>
  [`# ${title}`, "", NOTICE, "", ...lines, ""].join("\n");

/** A cell of a table. */
export const cell = (text: string): string => text.replaceAll("|", "\\|");
