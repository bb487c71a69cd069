// Lets one text serve GitHub and the site: links between files of the repository, pictures, blocks of code.
import { existsSync, readFileSync, statSync } from "node:fs";
import { posix, relative, resolve, sep } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { pageOf, root, sources } from "./pages.ts";

type CoreRule = Parameters<MarkdownRenderer["core"]["ruler"]["push"]>[1];
type State = Parameters<CoreRule>[0];
type Token = State["tokens"][number];

const pages = new Set(sources);
/** Files and folders of the repository that are no pages, and that a page links to. */
const linked = new Set<string>();
export const linkedFiles = (): readonly string[] => [...linked].sort();

/** Where the site keeps a copy of such a file: as plain text, whatever it is, so that any server shows it. */
export const copyOf = (path: string): string => `files/${path}.txt`;

/** As GitHub makes it of a heading, so that a link to a section leads there on both. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

/** `realPath` is the file, `path` where the site has it; the search reads files without such a difference. */
function sourceOf({ realPath, path }: { readonly realPath?: string; readonly path: string }): string {
  return relative(root, realPath ?? path)
    .split(sep)
    .join("/");
}

function resolved(source: string, href: string): string {
  const [path = "", ...hash] = href.split("#");
  const target = posix.normalize(posix.join(posix.dirname(source), decodeURI(path))).replace(/\/$/, "");
  const section = hash.length === 0 ? "" : `#${hash.join("#")}`;
  const readme = `${target}/README.md`;
  const page = [target, readme].find((file) => pages.has(file));
  if (page !== undefined) return `/${pageOf(page)}${section}`;
  const file = resolve(root, target);
  if (target.startsWith("..") || !existsSync(file))
    throw new Error(`${source} links to ${href}, and nothing is there`);
  linked.add(target);
  return `/${copyOf(target)}`;
}

const isElsewhere = (href: string): boolean => /^([a-z][a-z0-9+.-]*:|#|\/)/i.test(href);

function leadLinks(tokens: readonly Token[], source: string): void {
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    const href = token.type === "link_open" ? token.attrGet("href") : null;
    if (href !== null && !isElsewhere(href)) token.attrSet("href", resolved(source, href));
  }
}

/** A drawing stands in the page itself, so that it follows the reader's choice of light and dark. */
function inlinePicture(token: Token | undefined, source: string): string | undefined {
  const [image, ...others] = token?.children ?? [];
  const src = image?.type === "image" && others.length === 0 ? image.attrGet("src") : null;
  if (image === undefined || src === null || isElsewhere(src) || !src.endsWith(".svg")) return undefined;
  const file = posix.join(posix.dirname(source), src);
  const svg = readFileSync(resolve(root, file), "utf8").replace(/<style>[^<]*<\/style>/, "");
  const label = image.content.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<div class="picture" role="region" tabindex="0" aria-label="${label}" v-pre>${svg.trim()}</div>\n`;
}

function placePictures(state: State, source: string): void {
  const { tokens } = state;
  for (let index = 0; index + 2 < tokens.length; index += 1) {
    if (tokens[index]?.type !== "paragraph_open") continue;
    const html = inlinePicture(tokens[index + 1], source);
    if (html === undefined) continue;
    const block = new state.Token("html_block", "", 0);
    block.content = html;
    tokens.splice(index, 3, block);
  }
}

/** Blocks that are set in by four blanks look as the others do, and can be copied as these. */
function fenceBlocks(tokens: readonly Token[]): void {
  for (const token of tokens) {
    if (token.type !== "code_block") continue;
    token.type = "fence";
    token.markup = "```";
  }
}

export function useRepository(md: MarkdownRenderer): void {
  md.core.ruler.push("repository", (state) => {
    const source = sourceOf(state.env as { readonly realPath?: string; readonly path: string });
    fenceBlocks(state.tokens);
    leadLinks(state.tokens, source);
    placePictures(state, source);
  });
}

export const isFolder = (path: string): boolean => statSync(resolve(root, path)).isDirectory();
