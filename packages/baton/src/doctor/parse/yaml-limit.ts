// How long a YAML file may be. On its own, as whoever asks need not load what reads YAML.
import type { SourceText } from "../sources.ts";

/** More than that takes seconds, and no configuration is as long; definitions of resources may be. */
export const yamlCharactersMax = 512 * 1024;

/** Why a file is not read, as a clause. */
export function unreadYaml({ path, text }: SourceText): string | undefined {
  const isRead = text.length <= yamlCharactersMax || !/\.ya?ml$/.test(path);
  return isRead ? undefined : `has ${text.length} characters, and YAML of ${yamlCharactersMax} is read`;
}
