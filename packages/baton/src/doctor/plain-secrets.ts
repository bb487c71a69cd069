// Passwords that stand in clear in variables, values, environments and command lines.
import type { Facts, Word } from "./facts.ts";

interface NamedSecret {
  readonly name: string;
  readonly word: Word;
}

export function plainSecrets(facts: Facts): readonly NamedSecret[] {
  const variables = facts.ansible.flatMap((file) =>
    file.variables.map(({ name, value }) => ({ name, word: value, near: ownFolder(file.file) })),
  );
  const hosts = facts.inventory.flatMap((inventory) =>
    inventory.hosts.flatMap(({ name: host, groups, variables: own }) =>
      [...own].map(([name, word]) => ({ name, word, near: [host.text, ...groups].join(" ") })),
    ),
  );
  const values = facts.helm.flatMap((helm) =>
    [...helm.values].map(([name, word]) => ({ name, word, near: ownFolder(helm.file) })),
  );
  const environment = facts.compose.flatMap(({ services }) =>
    services.flatMap(({ name: service, image, environment: own }) =>
      [...own].map(([name, word]) => ({ name, word, near: `${service} ${image?.text ?? ""}` })),
    ),
  );
  const found = [...variables, ...hosts, ...values, ...environment].filter(
    ({ name, word, near }) =>
      (OURS.test(name) || OURS.test(near)) && isSecretName(name) && isPlain(word),
  );
  const arguments_ = facts.compose.flatMap(({ services }) =>
    services.flatMap(({ command }) => commandSecrets(command)),
  );
  // A variable of a group is met once for each of its hosts.
  const byPlace = new Map([...found, ...arguments_].map((one) => [placeKey(one.word), one]));
  return [...byPlace.values()];
}

/** In a variable's name, or in those of the host, the role or the container that it is for. */
const OURS = /redis|sentinel|valkey|requirepass|masterauth/i;

/** A repository may be named for Redis and hold anything: only the file, its folder and its role count. */
function ownFolder(file: string): string {
  const role = /(?:^|\/)roles\/([^/]+)\//.exec(file)?.[1] ?? "";
  const [name = "", folder = ""] = file.split("/").toReversed();
  return `${role} ${name} ${/^(?:group_vars|host_vars|vars)$/.test(folder) ? "" : folder}`;
}

function placeKey({ place }: Word): string {
  return `${place.file}:${String(place.line)}:${String(place.column)}`;
}

const SECRET =
  /(^|[_-])(pass|passwd|password|secret|token|requirepass|masterauth|auth[_-]?pass)$|[a-z]Password$/i;

function isSecretName(name: string): boolean {
  const last = name.split(".").at(-1) ?? "";
  return SECRET.test(last) && !/existing|vault_|_file$|allow_empty/i.test(last);
}

/** Neither a reference, nor a path, nor a switch. */
function isPlain({ text, isUnknown }: Word): boolean {
  return (
    !isUnknown &&
    text.length >= 3 &&
    !/^\/|\s|^(true|false|yes|no|null|none|!.*|vault:.*|ENC\[.*)$/i.test(text)
  );
}

function commandSecrets(command: readonly Word[]): readonly NamedSecret[] {
  return command.flatMap((word, index) => {
    const next = command[index + 1];
    return /^--(requirepass|masterauth)$/.test(word.text) && next !== undefined && isPlain(next)
      ? [{ name: word.text, word: next }]
      : [];
  });
}
