// A repository as doctor meets it: the set-ups of testdata, right ones and wrong ones, again and again, each
// copy with addresses of its own.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface TreeFile {
  readonly path: string;
  readonly text: string;
}

/** Of testdata/doctor; what lies in a folder of one of these is a set-up. */
const COLLECTIONS = ["correct", "articles"] as const;
/** Code of applications, which is no configuration and takes a syntax tree each. */
const CODE = /\.(?:cpp|mjs|php|pl|py|ts)$/;
/** Each copy has one second octet of 10.0.0.0/8, and names of its own. */
const COPIES_MAX = 250;
/** Every so many copies redis.conf has the comments with which Redis ships it. */
const COMMENTED_EVERY = 3;
/** Such a file is some 60 kB large. */
const COMMENT_LINES = 900;

async function setUpsIn(testdata: string): Promise<readonly (readonly TreeFile[])[]> {
  const setUps: (readonly TreeFile[])[] = [];
  for (const collection of COLLECTIONS) {
    const entries = await readdir(join(testdata, collection), { withFileTypes: true });
    for (const { name } of entries.filter((entry) => entry.isDirectory())) {
      setUps.push(await filesOf(join(testdata, collection, name), name));
    }
  }
  return setUps;
}

async function filesOf(folder: string, name: string): Promise<readonly TreeFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Promise.all(
    paths.map(async (path) => ({
      path: `${name}${path.slice(folder.length)}`,
      text: await readFile(path, "utf8"),
    })),
  );
}

/** Own words, in the shape and the number of those that Redis explains its directives with. */
function comments(): string {
  const said = "# A directive is explained here at such length that it takes several lines.\n";
  return `${said}#\n`.repeat(COMMENT_LINES / 2);
}

function copyOf({ path, text }: TreeFile, number: number): TreeFile {
  const isCommented = number % COMMENTED_EVERY === 0 && path.endsWith("/redis.conf");
  const named = (name: string): string => name.replaceAll("example.net", `c${number}.example.net`);
  const own = named(text)
    .replace(/\b10\.\d{1,3}\.(\d{1,3}\.\d{1,3})\b/g, `10.${number}.$1`)
    .replaceAll("203.0.113.", `203.0.${number}.`);
  return { path: named(`cluster-${number}/${path}`), text: isCommented ? own + comments() : own };
}

/**
 * So many files, of as many clusters as that takes; the last of them may be cut off. Without code only what
 * configures something is among them.
 */
export async function planTree(
  testdata: string,
  count: number,
  { withCode }: { readonly withCode: boolean },
): Promise<{ readonly files: readonly TreeFile[]; readonly clusters: number }> {
  const all = await setUpsIn(testdata);
  const setUps = all.map((files) => files.filter(({ path }) => withCode || !CODE.test(path)));
  const files: TreeFile[] = [];
  let clusters = 0;
  while (files.length < count && clusters < COPIES_MAX) {
    const setUp = setUps[clusters % setUps.length] ?? [];
    clusters += 1;
    files.push(...setUp.map((file) => copyOf(file, clusters)));
  }
  return { files: files.slice(0, count), clusters };
}

export async function writeTree(folder: string, files: readonly TreeFile[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
