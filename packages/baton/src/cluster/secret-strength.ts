// What is wrong with a password, for whoever writes files with it: too easy to guess, or not to be written
// so that Redis and Sentinel read it back. Pure; no sentence holds any of it.

/** Redis keeps unsalted hashes: whoever has read an ACL file tries shorter ones until one fits. */
const CHARACTERS_MIN = 12;
const CHARACTERS_MAX = 512;
/** `openssl rand -hex` has 16; what people hold down or alternate has fewer than this. */
const DIFFERENT_MIN = 6;
/** Of all steps from one character to the next: more than this to a neighbour is a row, as 123456. */
const NEIGHBOURS_MAX = 0.7;

/** What lists of passwords begin with, names of this cluster's users, and what holds such words together. */
const WELL_KNOWN = [
  "password passwort passwd pass pwd secret token changeme change letmein welcome login iloveyou",
  "admin administrator root user default test testing example demo foobared foobar",
  "qwerty qwertyuiop asdfghjkl zxcvbnm",
  "redis valkey sentinel baton master replica application replication agent peer",
  "my the for me now",
].flatMap((line) => line.split(" "));
const ONLY_WELL_KNOWN = new RegExp(`^(?:${WELL_KNOWN.join("|")})*$`);

/** Of the letters alone: `Passw0rd-2024!` is as well known as `password`, and digits alone are few. */
function isWellKnown(value: string): boolean {
  const lower = value.toLowerCase();
  const asLetters = lower.replaceAll("0", "o").replaceAll("@", "a").replaceAll("$", "s");
  return [lower, asLetters].some((text) => ONLY_WELL_KNOWN.test(text.replaceAll(/\P{L}/gu, "")));
}

function isRow(value: string): boolean {
  const codes = Array.from(value, (character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => Math.abs(code - (codes[index] ?? 0)));
  return steps.filter((step) => step === 1).length > steps.length * NEIGHBOURS_MAX;
}

/** What may not stand in a password, in words; undefined when all of it may. */
function strangeCharacter(value: string): string | undefined {
  if (value.includes("\u{fffd}")) return "bytes that are no UTF-8";
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(value)) return "a control character or a line break";
  if (/\p{Zs}/u.test(value)) return "a blank";
  return /["']/.test(value) ? "a quotation mark" : undefined;
}

/**
 * A clause for a message, undefined where nothing is wrong.
 *
 * Blanks and quotation marks would do in redis.conf. Sentinel writes its passwords back without quotes
 * (measured with 7.0.15), and does not start again from its own file.
 */
export function weaknessOf(value: string): string | undefined {
  const strange = strangeCharacter(value);
  if (strange !== undefined)
    return `${strange} in it, which Sentinel would write into its file so that it cannot read it again`;
  const characters = value.length;
  if (characters < CHARACTERS_MIN) return `${characters} characters, expected ${CHARACTERS_MIN} or more`;
  if (characters > CHARACTERS_MAX) return `${characters} characters, expected at most ${CHARACTERS_MAX}`;
  const different = new Set(value).size;
  if (different < DIFFERENT_MIN)
    return `only ${different} different characters, expected ${DIFFERENT_MIN} or more`;
  if (isRow(value)) return "a row of neighbouring characters, expected random ones";
  return isWellKnown(value)
    ? "nothing but well-known words, names of users or digits, expected random characters"
    : undefined;
}
