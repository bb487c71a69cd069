// Reads Kubernetes manifests and charts' values files: containers with their mounts, settings by path.
import type { Container, HelmFile, Mount, Tree } from "../facts-infrastructure.ts";
import type { Word } from "../facts.ts";
import type { SourceText } from "../sources.ts";
import { childOf, isMap, itemsOf, saysYes, scalarsOf, wordAt } from "../tree.ts";
import { commandOf } from "./compose.ts";
import { parseYaml } from "./yaml-tree.ts";

/** Never throws; what a template only decides at deployment is unknown. */
export function parseHelm(source: SourceText): HelmFile {
  const { documents, malformed } = parseYaml(source);
  const containers: Container[] = [];
  const values = new Map<string, Word>();
  for (const document of documents) {
    if (wordAt(document, "kind") !== undefined) {
      containers.push(...manifestsOf(document).flatMap((manifest) => containersOf(source, manifest)));
    } else if (!isTemplateFile(source)) {
      for (const { path, word } of scalarsOf(document)) {
        values.set(path, word);
      }
    }
  }
  // A chart's template is not YAML before it is rendered: what it lacks is not the file's fault.
  return { file: source.path, containers, values, malformed: isTemplateFile(source) ? [] : malformed };
}

function isTemplateFile(source: SourceText): boolean {
  return /\{\{-?\s*(?:\.|include|if|range|with|define|template|end|toYaml)/.test(source.text);
}

function manifestsOf(document: Tree): readonly Tree[] {
  return wordAt(document, "kind")?.text === "List" ? itemsOf(childOf(document, "items")) : [document];
}

/** Where the pod stands within each kind of workload. */
const podPaths: readonly (readonly string[])[] = [
  ["spec", "template", "spec"],
  ["spec"],
  ["spec", "jobTemplate", "spec", "template", "spec"],
];

function containersOf(source: SourceText, manifest: Tree): Container[] {
  const pod = podPaths
    .map((path) => childOf(manifest, ...path))
    .find((found) => childOf(found, "containers") !== undefined);
  if (pod === undefined) {
    return [];
  }
  const volumes = new Map(
    itemsOf(childOf(pod, "volumes")).flatMap((volume) => {
      const name = wordAt(volume, "name");
      return name === undefined ? [] : [[name.text, volume] as const];
    }),
  );
  // In a chart's template an emptyDir is mostly what one gets who wants no volume.
  const isSettled = !isTemplateFile(source);
  const network = saysYes(wordAt(pod, "hostNetwork")) ? "host" : "routed";
  return itemsOf(childOf(pod, "containers"))
    .filter(isMap)
    .map((container) => {
      const image = wordAt(container, "image");
      return {
        file: source.path,
        platform: "kubernetes",
        name: wordAt(container, "name")?.text ?? "",
        place: container.place,
        ...(image === undefined ? {} : { image }),
        command: [...commandOf(childOf(container, "command")), ...commandOf(childOf(container, "args"))],
        mounts: itemsOf(childOf(container, "volumeMounts")).flatMap((mount) =>
          mountOf(mount, { volumes, isSettled }),
        ),
        ports: [],
        environment: environmentOf(childOf(container, "env")),
        network,
      };
    });
}

interface Volumes {
  readonly volumes: ReadonlyMap<string, Tree>;
  readonly isSettled: boolean;
}

function mountOf(mount: Tree, { volumes, isSettled }: Volumes): Mount[] {
  const target = wordAt(mount, "mountPath");
  const source = wordAt(mount, "name");
  if (target === undefined) {
    return [];
  }
  const volume = volumes.get(source?.text ?? "");
  const isProjected = ["configMap", "secret", "projected"].some(
    (kind) => childOf(volume, kind) !== undefined,
  );
  return [
    {
      target,
      ...(source === undefined ? {} : { source }),
      // Kubernetes mounts every ConfigMap and Secret read-only, whatever the mount says.
      kind: isProjected || wordAt(mount, "subPath") !== undefined ? "file" : "volume",
      isReadOnly: isProjected || saysYes(wordAt(mount, "readOnly")),
      ...(isSettled && childOf(volume, "emptyDir") !== undefined && { isTemporary: true }),
    },
  ];
}

function environmentOf(tree: Tree | undefined): ReadonlyMap<string, Word> {
  return new Map(
    itemsOf(tree).flatMap((entry) => {
      const name = wordAt(entry, "name");
      const value = wordAt(entry, "value");
      return name === undefined || value === undefined ? [] : [[name.text, value] as const];
    }),
  );
}
