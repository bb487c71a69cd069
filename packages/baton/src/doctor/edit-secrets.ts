// Takes passwords out of single lines of configuration files, for people who are shown them.

const STARS = "***";
/** In names of directives, also mistyped ones and commented-out ones, behind which there is a secret. */
const SECRET_NAME = /pass|auth|^rename-command$/i;
/** In an ACL a hash is as good as a password for whoever tries words until one fits. */
const ACL_SECRET = /(\s["']?[><#!]).*$/;
/** Environments and command lines of units. Where a quoted password ends is not looked for. */
const NAMED_SECRET = /((?:pass|auth|secret|token)\w{0,40}["']?[ \t]{0,9}=[ \t]{0,9}|\s-a[ \t]{1,9}).*$/i;
/** redis://user:password@host */
const URL_SECRET = /(:\/\/[^\s/@:]{0,200}:)[^\s@]{1,500}@/g;
const FLAG_SECRET = /(--[\w-]{0,40}(?:pass|auth)[\w-]{0,40}[ \t]{1,9}).*$/i;

/** How many words of a line may be shown: those in front of a password; all where there is none. */
export function wordsShown(line: string): number {
  const words = line.replace(/^[\s#]+/, "").split(/\s+/);
  const isOfSentinel = words[0]?.toLowerCase() === "sentinel";
  const name = words[isOfSentinel ? 1 : 0] ?? "";
  if (name.includes("=") || !SECRET_NAME.test(name)) return Number.POSITIVE_INFINITY;
  // sentinel auth-pass GROUP PASSWORD, and sentinel sentinel-pass PASSWORD.
  if (!isOfSentinel) return 1;
  return words.length > 3 ? 3 : 2;
}

/** The first `words` words of a line with their blanks, and no passwords within. */
export function hidden(line: string, words: number): string {
  const start = /^[\s#]*/.exec(line)?.[0] ?? "";
  const parts = line.slice(start.length).split(/(\s+)/);
  if (parts.length > words * 2 - 1) {
    const head = parts.slice(0, words * 2 - 1).join("");
    return `${start}${head} ${STARS}`;
  }
  if (/^user\s/i.test(line.slice(start.length))) return line.replace(ACL_SECRET, `$1${STARS}`);
  const shown = line.replace(URL_SECRET, `$1${STARS}@`);
  return shown.replace(NAMED_SECRET, `$1${STARS}`).replace(FLAG_SECRET, `$1${STARS}`);
}
