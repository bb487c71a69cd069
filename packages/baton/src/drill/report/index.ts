// Every way to report a drill, by alphabet.
import { html } from "./html.tsx";
import { json } from "./json.ts";
import type { Reporter } from "./reporter.ts";
import { terminal } from "./terminal.ts";

export { renderHtml } from "./html.tsx";
export { checkedResult, drillResultJsonSchema, drillResultSchema, renderJson } from "./json.ts";
export { renderTerminal } from "./terminal.ts";

export const reporters: readonly Reporter[] = [html, json, terminal];
