// Reads Compose files into containers: what they run, what is mounted, how they are reached.
import type { ComposeFile, Container, Mount, Tree, TreeMap } from "../facts-infrastructure.ts";
import type { Word } from "../facts.ts";
import type { SourceText } from "../sources.ts";
import { childOf, isList, isMap, itemsOf, saysYes, wordAt, wordsOf } from "../tree.ts";
import { holdsPlaceholder } from "./jinja.ts";
import { parseYaml } from "./yaml-tree.ts";

/** Never throws; `extends` of another file is not followed. */
export function parseCompose(source: SourceText): ComposeFile {
  const { documents, malformed } = parseYaml(source);
  const services = documents.flatMap((document) => {
    const written = childOf(document, "services");
    return isMap(written)
      ? [...written.entries].flatMap(([name, entry]) =>
          isMap(entry.value)
            ? serviceOf(source.path, { name, place: entry.key.place, service: entry.value, document })
            : [],
        )
      : [];
  });
  return { file: source.path, services, malformed };
}

function serviceOf(
  file: string,
  at: { name: string; place: Container["place"]; service: TreeMap; document: Tree },
): Container {
  const { service, document } = at;
  const image = wordAt(service, "image");
  const restart = wordAt(service, "restart");
  const networks = childOf(service, "networks");
  const address = isMap(networks)
    ? [...networks.entries.values()].flatMap((entry) => wordAt(entry.value, "ipv4_address") ?? [])[0]
    : undefined;
  return {
    file,
    platform: "compose",
    name: at.name,
    place: at.place,
    ...(image === undefined ? {} : { image }),
    ...(restart === undefined ? {} : { restart }),
    ...(address === undefined ? {} : { address }),
    command: [...commandOf(childOf(service, "entrypoint")), ...commandOf(childOf(service, "command"))],
    mounts: [
      ...itemsOf(childOf(service, "volumes")).flatMap(mountOf),
      ...itemsOf(childOf(service, "configs")).flatMap(configOf),
      ...wordsOf(childOf(service, "tmpfs")).map(memoryMount),
    ],
    ports: itemsOf(childOf(service, "ports")).flatMap(
      (port) => wordsOf(port)[0] ?? wordAt(port, "published") ?? [],
    ),
    environment: environmentOf(childOf(service, "environment")),
    network: networkOf(service, document),
  };
}

/** A list is words already; a line is split as a shell would, each word at the line's place. */
export function commandOf(tree: Tree | undefined): readonly Word[] {
  if (isList(tree)) {
    // `sh -c "..."` in a list holds a line in its last word.
    return wordsOf(tree).flatMap((word) => (/\s/.test(word.text) ? splitWord(word) : word));
  }
  return wordsOf(tree).flatMap(splitWord);
}

function splitWord(line: Word): readonly Word[] {
  return [...line.text.matchAll(/"([^"]*)"|'([^']*)'|[^\s"';|&]+/g)].map((match) => {
    const text = match[1] ?? match[2] ?? match[0];
    return { text, place: line.place, isUnknown: holdsPlaceholder(text) };
  });
}

function mountOf(tree: Tree): Mount[] {
  if (isMap(tree)) {
    const target = wordAt(tree, "target");
    const source = wordAt(tree, "source");
    const type = wordAt(tree, "type")?.text;
    return target === undefined
      ? []
      : [
          {
            target,
            ...(source === undefined ? {} : { source }),
            kind: type === "bind" ? "bind" : "volume",
            isReadOnly: saysYes(wordAt(tree, "read_only")),
            ...(type === "tmpfs" && { isTemporary: true }),
          },
        ];
  }
  return wordsOf(tree).map(shortMount);
}

/** SOURCE:TARGET[:OPTIONS]; ${VARIABLE:-default} has a colon of its own. */
function shortMount(word: Word): Mount {
  const parts = word.text.match(/(?:\$\{[^}]{0,200}\}|[^:])+/g) ?? [];
  const [first = "", second, options = ""] = parts;
  const part = (text: string): Word => ({
    text,
    place: word.place,
    isUnknown: holdsPlaceholder(text),
  });
  if (second === undefined) {
    return { target: part(first), kind: "volume", isReadOnly: false };
  }
  return {
    source: part(first),
    target: part(second),
    kind: /^[./~]|^\$/.test(first) ? "bind" : "volume",
    isReadOnly: options.split(",").includes("ro"),
  };
}

/** `tmpfs:` of a service: TARGET[:OPTIONS] */
function memoryMount(word: Word): Mount {
  const [text = ""] = word.text.split(":");
  const target = { text, place: word.place, isUnknown: word.isUnknown };
  return { target, kind: "volume", isReadOnly: false, isTemporary: true };
}

/** A `configs:` entry is one file, mounted over the path, and cannot be renamed over. */
function configOf(tree: Tree): Mount[] {
  const target = wordAt(tree, "target");
  const source = wordAt(tree, "source");
  return target === undefined
    ? []
    : [{ target, ...(source === undefined ? {} : { source }), kind: "file", isReadOnly: true }];
}

function environmentOf(tree: Tree | undefined): ReadonlyMap<string, Word> {
  if (isMap(tree)) {
    return new Map(
      [...tree.entries].flatMap(([name, entry]) =>
        entry.value.kind === "scalar" ? [[name, entry.value.word] as const] : [],
      ),
    );
  }
  return new Map(
    wordsOf(tree).map((word) => {
      const [name = "", ...rest] = word.text.split("=");
      return [name, { ...word, text: rest.join("=") }] as const;
    }),
  );
}

function networkOf(service: TreeMap, document: Tree): Container["network"] {
  const mode = wordAt(service, "network_mode");
  if (mode !== undefined && !mode.text.startsWith("service:") && mode.text !== "bridge") {
    return mode.isUnknown ? "routed" : "host";
  }
  const networks = childOf(service, "networks");
  const names = isMap(networks)
    ? [...networks.entries.keys()]
    : wordsOf(networks).map((word) => word.text);
  const isRouted = names.some((name) => {
    const network = childOf(document, "networks", name);
    const driver = wordAt(network, "driver")?.text;
    // An external network, an overlay or a macvlan may well be reached from other hosts.
    return childOf(network, "external") !== undefined || (driver !== undefined && driver !== "bridge");
  });
  return isRouted ? "routed" : "bridge";
}
