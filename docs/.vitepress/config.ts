// The documentation site: `npm run docs` builds it into docs/.vitepress/dist. A dead link fails the build.
import { defineConfig } from "vitepress";
import { drawingStyle } from "../../packages/dashboard/src/drawings/style.ts";
import { copyLinkedFiles } from "./copies.ts";
import { slugOf, useRepository } from "./markdown.ts";
import { bar, sidebar } from "./menu.ts";
import { pageOf, sources } from "./pages.ts";

/** The drawings' own style asks the system for dark; here the reader's switch decides. */
const drawings = drawingStyle.replace(
  /@media screen and \(prefers-color-scheme:dark\)\{(\.bd\{[^}]*\})\}/,
  "html.dark $1",
);

export default defineConfig({
  title: "Baton",
  description: "Keeps a Redis service with Sentinel writable when something fails, and proves it.",
  lang: "en",
  srcDir: "..",
  srcExclude: ["testdata/**", "packages/**/{src,dist,testdata}/**", "baton-runs/**", ".*/**"],
  cacheDir: "../node_modules/.vitepress",
  rewrites: Object.fromEntries(
    sources.map((source) => [source, pageOf(source)]).filter(([source, page]) => source !== page),
  ),
  metaChunk: true,
  head: [
    ["link", { rel: "icon", href: "data:," }],
    ["style", {}, drawings],
  ],
  markdown: { anchor: { slugify: slugOf }, config: useRepository },
  themeConfig: {
    nav: bar(),
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: "local" },
    docFooter: { prev: false, next: false },
  },
  transformPageData: ({ frontmatter, relativePath }) => {
    const isDrawn = ["index.md", "concepts/failover.md"].includes(relativePath);
    const look = relativePath.startsWith("runbooks/") ? { pageClass: "runbook" } : {};
    return { frontmatter: { ...frontmatter, ...(isDrawn ? { aside: false } : {}), ...look } };
  },
  buildEnd: copyLinkedFiles,
});
