// The values of Perl: lists, hashes, calls, and what hangs on a variable. A value with an operator at it is
// unknown.
import type { ProgramBuilder } from "./builder.ts";
import { CLOSERS, DEPTH_MAX, PerlCursor } from "./perl-cursor.ts";
import type { Token } from "./perl-tokens.ts";
import type { Entry, Value } from "./program.ts";

/** One value of a list, and whether `=>` stood behind it. */
interface Item {
  readonly value: Value;
  readonly isKey: boolean;
  /** `qw(...)`, `(...)` and `@list` melt into the list that they stand in. */
  readonly melts: boolean;
  /** `%options` */
  readonly isHash: boolean;
}

export abstract class PerlValues extends PerlCursor {
  protected readonly builder: ProgramBuilder;

  constructor(builder: ProgramBuilder, tokens: readonly Token[]) {
    super(tokens);
    this.builder = builder;
  }

  /** A block, a loop, a declaration at this place; false when it is none. */
  protected abstract special(): boolean;

  /** The bracket and all in it as a list. */
  protected group(): readonly Item[] {
    const closer = CLOSERS[this.text()] ?? ")";
    this.at++;
    return this.within(closer, () => this.items()) ?? [];
  }

  protected items(): Item[] {
    const items: Item[] = [];
    while (this.at < this.tokens.length && !this.isCloser()) {
      if (this.is(",") || this.is(";") || this.is("=>")) this.at++;
      else items.push(...this.list(false));
    }
    return items;
  }

  /** Values up to the end of the statement or the bracket. A value with an operator at it is unknown. */
  protected list(isStatement: boolean): Item[] {
    const items: Item[] = [];
    while (this.at < this.tokens.length && !this.isCloser() && !this.is(";")) {
      const item = this.item(isStatement && items.length === 0);
      if (item !== undefined) items.push(item);
      if (this.is(",") || this.is("=>")) this.at++;
      // A block ends its statement without a semicolon.
      else if (isStatement && this.tokens[this.at - 1]?.text === "}") return items;
    }
    return items;
  }

  protected item(isStatement: boolean): Item | undefined {
    const from = this.at;
    const isReturned = this.text() === "return";
    while (/^(my|our|local|return|\\)$/.test(this.text()) && !this.is("=>", 1)) this.at++;
    const first = this.tokens[this.at];
    const isDeclared = this.at > from && first?.text === "(";
    const target = first?.kind === "variable" || isDeclared ? this.at : undefined;
    const value = this.term(isStatement && !isReturned);
    if (target !== undefined && /^(=|\|\|=|\/\/=|\.=|\+=)$/.test(this.text()))
      return this.assign(first, value);
    let isWhole = true;
    while (this.at < this.tokens.length && !this.endsItem()) {
      isWhole = false;
      if (!this.special()) this.operand();
    }
    const known = isWhole ? value : this.builder.unknown(first ?? null);
    return {
      value: known,
      isKey: this.is("=>"),
      melts:
        isWhole &&
        (first?.kind === "words" || first?.text === "(" || first?.text.startsWith("@") === true),
      isHash: first?.text.startsWith("%") === true,
    };
  }

  /** Steps over one operator, or reads what it works on for the calls in it. */
  protected operand(): void {
    const from = this.at;
    this.term(false);
    if (this.at === from) this.at++;
  }

  protected endsItem(): boolean {
    return this.is(",") || this.is("=>") || this.is(";") || this.isCloser();
  }

  protected assign(target: Token | undefined, at: Value): Item | undefined {
    const isPlain = this.is("=");
    this.at++;
    const sigil = target?.text.charAt(0) ?? "";
    const given = this.depth >= DEPTH_MAX ? undefined : this.nextItem();
    const unknown = this.builder.unknown(target ?? null);
    let value = given !== undefined && isPlain ? given.value : unknown;
    // A hash and an array are what they are filled with; a scalar takes the last of a list in brackets.
    if (sigil === "%" && value.kind === "list") value = this.recordFrom(value.items) ?? unknown;
    if (sigil === "$" && given?.melts === true) value = unknown;
    if (at.kind === "name") this.builder.bind(at.path, value);
    else if (at.kind === "list")
      for (const one of at.items) if (one.kind === "name") this.builder.bind(one.path, unknown);
    return { value, isKey: false, melts: false, isHash: false };
  }

  /** Of `$a = $b = ...`, which nests as brackets do. */
  protected nextItem(): Item | undefined {
    this.depth++;
    const item = this.item(false);
    this.depth--;
    return item;
  }

  /** `%options = (a => 1)` was read as a list of pairs. */
  protected recordFrom(items: readonly Value[]): Value | undefined {
    const [only] = items;
    return items.length === 1 && only?.kind === "record" ? only : undefined;
  }

  protected term(isStatement: boolean): Value {
    const token = this.tokens[this.at];
    if (token === undefined) return this.builder.unknown(null);
    if (token.kind === "sign") return this.bracketed(token, isStatement);
    this.at++;
    if (token.kind === "text" || token.kind === "pattern") return this.quoted(token);
    if (token.kind === "number") return this.builder.number(token, token.text);
    if (token.kind === "words") return this.words(token);
    if (token.kind === "variable")
      return this.chain(
        token,
        this.builder.name(token, token.text === "$self" ? "this" : token.text),
        isStatement,
      );
    return this.word(token, isStatement);
  }

  protected quoted(token: Token): Value {
    const value = this.builder.text(token, token.text);
    return token.kind === "text" && token.isFixed ? value : this.builder.unknown(token);
  }

  protected words(token: Token): Value {
    const items = token.text
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word) => this.builder.text(token, word));
    return { kind: "list", items, place: this.builder.place(token) };
  }

  protected bracketed(token: Token, isStatement: boolean): Value {
    const place = this.builder.place(token);
    if (token.text === "-" && this.tokens[this.at + 1]?.kind === "number") {
      this.at++;
      const value = this.term(false);
      return value.kind === "number" ? { ...value, number: -value.number } : value;
    }
    if (CLOSERS[token.text] === undefined) return this.builder.unknown(token);
    const items = this.group();
    const hasKeys = items.some(({ isKey }) => isKey);
    const made: Value =
      token.text === "{" || (token.text === "(" && hasKeys)
        ? { kind: "record", entries: this.entries(items), place }
        : { kind: "list", items: melted(items), place };
    return this.chain(token, made, isStatement);
  }

  /** Pairs; what stands where a key should is something that cannot be followed. */
  protected entries(items: readonly Item[]): Entry[] {
    const entries: Entry[] = [];
    for (let index = 0; index < items.length; index++) {
      const { value, isKey, isHash } = items[index] ?? { value: this.builder.unknown(null) };
      const next = items[index + 1];
      if (isKey === true && value.kind === "text" && next !== undefined) {
        entries.push({ name: value.text, value: next.value });
        index++;
      } else entries.push({ value: isHash === true ? value : this.builder.unknown(null) });
    }
    return entries;
  }

  protected word(token: Token, isStatement: boolean): Value {
    const path = token.text.replaceAll("::", ".").replace(/\.$/, "");
    if (this.is("=>")) return { kind: "text", text: token.text, place: this.builder.place(token) };
    if (token.text === "undef" && !this.is("("))
      return { kind: "nothing", place: this.builder.place(token) };
    if (/^(eval|try|do|sub)$/.test(token.text) && this.is("{")) {
      this.at--;
      this.special();
      return this.builder.unknown(token);
    }
    // `new Redis(...)` is `Redis->new(...)`.
    const next = this.tokens[this.at];
    if (token.text === "new" && next?.kind === "word") {
      this.at++;
      const made = `${next.text.replaceAll("::", ".")}.new`;
      return this.chain(token, this.call(token, { name: "new", path: made }, isStatement), isStatement);
    }
    if (this.is("->")) return this.chain(token, this.builder.name(token, path), isStatement);
    if (this.is("("))
      return this.chain(token, this.call(token, { name: path, path }, isStatement), isStatement);
    return this.builder.name(token, path);
  }

  protected call(
    token: Token,
    callee: { name: string; path?: string; receiver?: Value },
    isStatement: boolean,
  ): Value {
    const items = this.is("(") ? this.group() : [];
    const hasKeys = items.some(({ isKey, isHash }) => isKey || isHash);
    // The last statement of a block may be what the function returns.
    const isDropped = this.is(";") && !this.is("}", 1);
    return this.builder.addCall(token, {
      ...callee,
      arguments: hasKeys ? [] : melted(items),
      named: hasKeys ? this.entries(items) : [],
      isStatement: isStatement && isDropped,
    });
  }

  /** `->method(...)`, `->{key}`, `->[0]`, `{key}`: what hangs on a value. */
  protected chain(token: Token, start: Value, isStatement: boolean): Value {
    let value = start;
    for (;;) {
      const isArrow = this.is("->");
      const next = this.tokens[this.at + (isArrow ? 1 : 0)];
      if (isArrow && next?.kind === "word") {
        this.at += 2;
        value = this.call(token, { name: next.text, receiver: value }, isStatement);
      } else if ((isArrow || token.kind === "variable") && /^[{[(]$/.test(next?.text ?? "")) {
        if (!isArrow && (next?.text === "(" || !token.text.startsWith("$"))) return value;
        if (isArrow) this.at++;
        value = this.element(token, value);
      } else if (isArrow) this.at += 2;
      else return value;
    }
  }

  protected element(token: Token, owner: Value): Value {
    const isKey = this.is("{");
    const [only, ...others] = this.group();
    const key = only?.value;
    const name = key?.kind === "text" ? key.text : key?.kind === "name" ? key.path : undefined;
    return isKey && others.length === 0 && owner.kind === "name" && name !== undefined
      ? this.builder.name(token, `${owner.path}.${name}`)
      : this.builder.unknown(token);
  }
}

function melted(items: readonly Item[]): Value[] {
  return items.flatMap(({ value, melts }) => (melts && value.kind === "list" ? value.items : [value]));
}
