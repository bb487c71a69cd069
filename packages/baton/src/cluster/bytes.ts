// Sizes as redis.conf has them.

/** A size as Redis reads it: 1k is 1000, 1kb is 1024, upper and lower case alike. */
export function bytesOf(text: string): number | undefined {
  const match = /^(\d{1,15})(b|k|kb|m|mb|g|gb)?$/i.exec(text);
  if (match === null) return undefined;
  const [, digits = "", unit = "b"] = match;
  const base = unit.length === 2 ? 1024 : 1000;
  const power = { b: 0, k: 1, m: 2, g: 3 }[unit.charAt(0).toLowerCase()] ?? 0;
  return Number(digits) * base ** power;
}
