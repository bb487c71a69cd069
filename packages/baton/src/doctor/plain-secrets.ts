// Passwords that stand in clear in variables, values, environments and command lines.
import type { Facts, Word } from "./facts.ts";

interface NamedSecret {
  readonly name: string;
  readonly word: Word;
}

export function plainSecrets(facts: Facts): readonly NamedSecret[] {
  const variables = facts.ansible.flatMap((file) =>
    file.variables.map(({ name, value }) => ({ name, word: value, file: file.file })),
  );
  const hosts = facts.inventory.flatMap((inventory) =>
    inventory.hosts.flatMap((host) =>
      [...host.variables].map(([name, word]) => ({ name, word, file: inventory.file })),
    ),
  );
  const values = facts.helm.flatMap((helm) =>
    [...helm.values].map(([name, word]) => ({ name, word, file: helm.file })),
  );
  const environment = facts.compose.flatMap(({ file, services }) =>
    services.flatMap((service) =>
      [...service.environment].map(([name, word]) => ({ name, word, file })),
    ),
  );
  const found = [...variables, ...hosts, ...values, ...environment].filter(
    ({ name, word, file }) => isAboutRedis(name, file) && isSecretName(name) && isPlain(word),
  );
  const arguments_ = facts.compose.flatMap(({ services }) =>
    services.flatMap(({ command }) => commandSecrets(command)),
  );
  // A variable of a group is met once for each of its hosts.
  const byPlace = new Map([...found, ...arguments_].map((one) => [placeKey(one.word), one]));
  return [...byPlace.values()];
}

function placeKey({ place }: Word): string {
  return `${place.file}:${String(place.line)}:${String(place.column)}`;
}

function isAboutRedis(name: string, file: string): boolean {
  return (
    /redis|sentinel|valkey|requirepass|masterauth/i.test(name) || /redis|sentinel|valkey/i.test(file)
  );
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
