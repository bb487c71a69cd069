// Keeps passwords and arguments of commands out of what people read.

/** A server that does not know a command, AUTH for example, repeats what it was sent, cut short. */
const REPEATED = /,? with args beginning with.*/s;

export function withoutSecrets(text: string, secrets: readonly (string | undefined)[] = []): string {
  let clean = text.replace(REPEATED, "");
  for (const secret of secrets)
    if (secret !== undefined && secret !== "") clean = clean.replaceAll(secret, "***");
  return clean;
}
