// The menu, made from the files that are there: a page of a folder that a section holds appears by itself.
import { posix } from "node:path";
import { linkTo, pageOf, shortTitle, sources } from "./pages.ts";

interface Section {
  readonly title: string;
  /** In this order, before all others. */
  readonly first?: readonly string[];
  /** Pages that belong here unless another section names them. */
  readonly holds?: RegExp;
  /** Not in the bar on top of every page. */
  readonly isAside?: true;
}

const SECTIONS: readonly Section[] = [
  {
    title: "Start",
    first: ["index", "start", "adopt", "provision", "deploy", "render"].map((name) => `docs/${name}.md`),
  },
  {
    title: "Concepts",
    first: [
      ...["failover", "epochs", "hold", "early-route", "fence", "durability", "never"].map(
        (name) => `docs/concepts/${name}.md`,
      ),
      "docs/glossary.md",
    ],
    holds: /^docs\/concepts\//,
  },
  {
    title: "Operate",
    first: ["operate", "switchover", "router", "doctor", "tls"].map((name) => `docs/${name}.md`),
    holds: /^docs\/[^/]+$/,
  },
  {
    title: "Drills",
    first: ["drills", "reference/clients-measured", "reference/engines-measured", "benchmarks"].map(
      (name) => `docs/${name}.md`,
    ),
  },
  { title: "Systems", holds: /^examples\// },
  {
    title: "Clients",
    first: ["clients/CONTRACT.md"],
    holds: /^(clients|packages\/client)\//,
    isAside: true,
  },
  {
    title: "Targets",
    first: ["docs/targets.md", "docs/reference/targets.md"],
    holds: /^docs\/targets\//,
  },
  { title: "Runbooks", first: ["docs/runbooks/index.md"], holds: /^docs\/runbooks\// },
  {
    title: "Reference",
    first: ["commands", "cluster-file"].map((name) => `docs/reference/${name}.md`),
    holds: /^docs\/reference\/[^/]+$/,
  },
  {
    title: "Rules of doctor",
    first: ["docs/reference/rules/index.md"],
    holds: /^docs\/reference\/rules\//,
    isAside: true,
  },
  { title: "Project", first: ["README.md"], holds: /^[^/]+$/, isAside: true },
];

interface Placed {
  readonly title: string;
  readonly isAside: boolean;
  readonly pages: readonly string[];
}

/** Every section with its pages. A page that is named somewhere is in no other section by its folder. */
export function placed(all: readonly string[] = sources): readonly Placed[] {
  const named = new Set(SECTIONS.flatMap(({ first = [] }) => first));
  return SECTIONS.map(({ title, first = [], holds, isAside = false }) => {
    const others = all.filter((page) => holds?.test(page) === true && !named.has(page));
    return { title, isAside, pages: [...first, ...others] };
  });
}

const itemOf = (source: string) => ({ text: shortTitle(source), link: linkTo(source) });

/** The section to which most pages of a folder of the site belong. */
function ownerOf(folder: string, sections: readonly Placed[]): Placed | undefined {
  const own = ({ pages }: Placed) =>
    pages.filter((page) => posix.dirname(pageOf(page)) === folder).length;
  return [...sections].sort((a, b) => own(b) - own(a))[0];
}

const folderKey = (folder: string): string => (folder === "." ? "/" : `/${folder}/`);

/** Beside every page: all of its section, and the first page of each other one. */
export function sidebar() {
  const sections = placed();
  const menuOf = (section: Placed) => [
    { text: section.title, items: section.pages.map(itemOf) },
    {
      text: "Everything else",
      items: sections.flatMap(({ title, pages: [first] }) =>
        title === section.title || first === undefined ? [] : [{ text: title, link: linkTo(first) }],
      ),
    },
  ];
  const folders = [...new Set(sources.map((page) => posix.dirname(pageOf(page))))];
  const owners = new Map(folders.map((folder) => [folder, ownerOf(folder, sections)]));
  // Of two that fit, VitePress takes the first: pages that stand apart from their folder come before it.
  const apart = sections.flatMap((section) =>
    section.pages
      .map(pageOf)
      .filter((page) => owners.get(posix.dirname(page)) !== section)
      .map((page) => [`/${page}`, menuOf(section)] as const),
  );
  const whole = [...owners].flatMap(([folder, section]) =>
    section === undefined ? [] : [[folderKey(folder), menuOf(section)] as const],
  );
  return Object.fromEntries([...apart, ...whole]);
}

/** On top of every page: the first page of each section. */
export function bar() {
  return placed().flatMap(({ title, isAside, pages: [first] }) =>
    isAside || first === undefined ? [] : [{ text: title, link: linkTo(first) }],
  );
}
