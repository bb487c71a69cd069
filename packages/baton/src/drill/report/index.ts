// Every way to report a drill, by alphabet.
import { html } from "./html.tsx";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { Reporter } from "./reporter.ts";
import { terminal } from "./terminal.ts";

export { renderHtml } from "./html.tsx";
export { checkedResult, drillResultJsonSchema, drillResultSchema, renderJson } from "./json.ts";
export { type NoDrill, renderJunit } from "./junit.ts";
export { renderMarkdown } from "./markdown.ts";

export const reporters: readonly Reporter[] = [html, json, junit, markdown, terminal];
