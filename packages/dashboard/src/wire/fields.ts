// Reads what an agent says with care: an agent of another version must not blank the page, and no answer may
// grow without limit.

/** More entries than this in one list are not from an agent. */
const ENTRIES_MAX = 2000;
/** Longer texts are cut: a sentence is for reading. */
const TEXT_MAX = 4000;

const unlike = (where: string, expected: string): Error => new Error(`${where} is not ${expected}`);

/** An object whose fields are read by name and kind. Every reader throws an Error that names the field. */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;

  constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw unlike(where, "an object");
    this.#fields = value as Readonly<Record<string, unknown>>;
    this.#where = where;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== "string") throw unlike(`${this.#where}.${name}`, "a text");
    return value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value;
  }

  number(name: string): number {
    const value = this.#fields[name];
    if (typeof value !== "number") throw unlike(`${this.#where}.${name}`, "a number");
    return value;
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    if (typeof value !== "boolean") throw unlike(`${this.#where}.${name}`, "true or false");
    return value;
  }

  fields(name: string): Fields {
    return new Fields(this.#fields[name], `${this.#where}.${name}`);
  }

  list<T>(
    name: string,
    read: (value: unknown, where: string) => T,
    countMax = ENTRIES_MAX,
  ): readonly T[] {
    const value = this.#fields[name];
    const where = `${this.#where}.${name}`;
    if (!Array.isArray(value) || value.length > countMax)
      throw unlike(where, `a list of at most ${countMax}`);
    return value.map((item: unknown, index) => read(item, `${where}[${index}]`));
  }

  /** null for what is null or not there: an agent of another version may not say it. */
  or<T>(name: string, read: (name: string) => T): T | null {
    return (this.#fields[name] ?? null) === null ? null : read(name);
  }

  textOr(name: string): string | null {
    return this.or(name, (one) => this.text(one));
  }

  numberOr(name: string): number | null {
    return this.or(name, (one) => this.number(one));
  }

  /** An empty list where there is none. */
  listOr<T>(
    name: string,
    read: (value: unknown, where: string) => T,
    countMax = ENTRIES_MAX,
  ): readonly T[] {
    return this.or(name, (one) => this.list(one, read, countMax)) ?? [];
  }
}

/** For lists of plain texts. @throws Error that names the place. */
export function textAt(value: unknown, where: string): string {
  if (typeof value !== "string") throw unlike(where, "a text");
  return value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value;
}
