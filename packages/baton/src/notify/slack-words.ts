// A notice as Slack shows it: blocks, and a text for where no blocks are shown.
import { type Notice, stateWords } from "./notice.ts";

const COLOURS = { error: "#c0392b", warning: "#e67e22", info: "#3498db" } as const;
const OVER = "#27ae60";
/** Of one block. */
const TEXT_CHARACTERS_MAX = 3_000;

/** The three characters that Slack reads as its own; with them nobody is called, and nothing is a link. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const plain = (text: string) => ({ type: "plain_text", text, emoji: false });

export function slackMessage(notice: Notice) {
  const { title, lines, severity, state, startedAt, endedAt } = notice;
  const when = endedAt === null ? `since ${startedAt}` : `${startedAt} to ${endedAt}`;
  const text = lines.join("\n").slice(0, TEXT_CHARACTERS_MAX);
  const blocks = [
    { type: "section", text: plain(title) },
    ...(text === "" ? [] : [{ type: "section", text: plain(text) }]),
    { type: "context", elements: [plain(`${stateWords(notice)}; ${when}`)] },
  ];
  const color = state === "closed" ? OVER : COLOURS[severity];
  return { text: escaped(`${stateWords(notice)}: ${title}`), attachments: [{ color, blocks }] };
}
