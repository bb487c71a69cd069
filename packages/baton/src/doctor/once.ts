// Remembers what was found out about something that never changes: many rules ask the same.

/** `find` is called once for each key, as long as somebody holds the key. */
export function oncePer<Key extends object, Found>(find: (key: Key) => Found): (key: Key) => Found {
  const known = new WeakMap<Key, { readonly found: Found }>();
  return (key) => {
    let answer = known.get(key);
    if (answer === undefined) {
      answer = { found: find(key) };
      known.set(key, answer);
    }
    return answer.found;
  };
}
