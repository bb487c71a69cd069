// Where in the page somebody is, as the part of the address behind the #: it can be kept and sent.

export type Address =
  | { readonly kind: "overview" }
  | { readonly kind: "group"; readonly name: string; readonly view: "now" | "history" };

const NAME_MAX = 200;

/** Whatever is no address of ours is the overview. */
export function addressFrom(hash: string): Address {
  const [, name, view] = /^#\/group\/([^/]+)(?:\/(history))?\/?$/u.exec(hash) ?? [];
  if (name === undefined) return { kind: "overview" };
  try {
    const decoded = decodeURIComponent(name).slice(0, NAME_MAX);
    return { kind: "group", name: decoded, view: view === "history" ? "history" : "now" };
  } catch {
    return { kind: "overview" };
  }
}

export function hashOf(address: Address): string {
  if (address.kind === "overview") return "#/";
  const name = encodeURIComponent(address.name);
  return address.view === "history" ? `#/group/${name}/history` : `#/group/${name}`;
}
