// Takes passwords out of what processes say, before anything else of doctor sees it.
import type { LiveUser } from "../facts.ts";

const SECRET =
  /^(?:requirepass|masterauth|primaryauth|sentinel-pass|auth-pass|tls-(?:client-)?key-file-pass)$/i;

/** "set" in the place of a password; an empty one stays empty. */
export function withoutPasswords(settings: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const shown = [...settings].map(([name, value]): [string, string] => [
    name.toLowerCase(),
    SECRET.test(name) && value !== "" ? "set" : value,
  ]);
  return new Map(shown);
}

/** One line of ACL LIST. Undefined for what is none. */
export function userOf(line: string): LiveUser | undefined {
  const [word, name, ...rules] = line.split(" ");
  if (word !== "user" || name === undefined) return undefined;
  // A hash is as good as a password for whoever tries words until one fits.
  const shown = rules.filter((rule) => !/^[#><!]/.test(rule));
  return { name, line: ["user", name, ...shown].join(" ") };
}
