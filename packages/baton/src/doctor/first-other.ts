// Looks for a peer that something holds for, on behalf of each of many: without comparing all with all.

/**
 * The first of `things` that matches and is not the one that asks, if that is one of them. Each thing is
 * looked at once at most, however many ask: if the first that matches is the one that asks, it is the second.
 */
export function firstOther<T>(
  things: Iterable<T>,
  matches: (thing: T) => boolean,
): (asking?: T) => T | undefined {
  const rest = things[Symbol.iterator]();
  const found: T[] = [];
  return (asking) => {
    const known = found.find((one) => one !== asking);
    if (known !== undefined) return known;
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      if (!matches(next.value)) continue;
      found.push(next.value);
      if (next.value !== asking) return next.value;
    }
    return undefined;
  };
}
