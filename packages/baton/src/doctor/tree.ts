// Small questions to a tree of YAML: what stands under a key, which words are in it.
import type { Tree, TreeList, TreeMap } from "./facts-infrastructure.ts";
import type { Word } from "./facts.ts";

/** What stands under these keys, one inside the other. */
export function childOf(tree: Tree | undefined, ...keys: readonly string[]): Tree | undefined {
  let at = tree;
  for (const key of keys) {
    at = at?.kind === "map" ? at.entries.get(key)?.value : undefined;
  }
  return at;
}

export function wordAt(tree: Tree | undefined, ...keys: readonly string[]): Word | undefined {
  const child = childOf(tree, ...keys);
  return child?.kind === "scalar" ? child.word : undefined;
}

/** A list's items; of anything else none. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === "list" ? tree.items : [];
}

/** Its words: of a scalar the one, of a list those of its scalars. */
export function wordsOf(tree: Tree | undefined): readonly Word[] {
  if (tree?.kind === "scalar") {
    return tree.word.text === "" ? [] : [tree.word];
  }
  return itemsOf(tree).flatMap((item) => (item.kind === "scalar" ? [item.word] : []));
}

export function isMap(tree: Tree | undefined): tree is TreeMap {
  return tree?.kind === "map";
}

export function isList(tree: Tree | undefined): tree is TreeList {
  return tree?.kind === "list";
}

/** YAML's and Ansible's ways to say yes. */
export function saysYes(word: Word | undefined): boolean {
  return word !== undefined && /^(yes|true|on|1)$/i.test(word.text);
}

const scalarsMax = 20_000;

/** Every scalar with its path, keys with dots between and list items by number; bounded. */
export function scalarsOf(tree: Tree): readonly { readonly path: string; readonly word: Word }[] {
  const found: { path: string; word: Word }[] = [];
  const open: { path: string; tree: Tree }[] = [{ path: "", tree }];
  for (let at = open.pop(); at !== undefined && found.length < scalarsMax; at = open.pop()) {
    const { path, tree: here } = at;
    if (here.kind === "scalar") {
      found.push({ path, word: here.word });
    } else {
      const children =
        here.kind === "list"
          ? here.items.map((item, index) => ({ path: join(path, String(index)), tree: item }))
          : [...here.entries.values()].map((entry) => ({
              path: join(path, entry.key.text),
              tree: entry.value,
            }));
      // The last one in is the first one out, so that words come in the order of the file.
      open.push(...children.slice(0, scalarsMax).toReversed());
    }
  }
  return found;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
