// Takes a Perl text apart into words, variables, texts and signs: quotes of every kind, here-documents and
// patterns are one token each, comments and documentation none. Tolerant: what it does not know is a sign.
export interface Token {
  readonly kind: "word" | "variable" | "text" | "pattern" | "words" | "number" | "sign";
  /** Without quotes; a variable with its sigil. */
  readonly text: string;
  /** A text or pattern into which nothing is filled at run time. */
  readonly isFixed: boolean;
  readonly startPosition: { readonly row: number; readonly column: number };
}

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };
/** Words behind which a slash begins a pattern, and not a division. */
const BEFORE_PATTERN = /^(?:if|unless|and|or|not|return|split|grep|map|when|while|until|x|join|push)$/;
const SIGNS =
  /<=>|\*\*=|\|\|=|&&=|\/\/=|=>|->|==|!=|=~|!~|<=|>=|\|\||&&|\/\/|\+\+|--|\.\.|[+\-*/.%x]=|::|./suy;

export function tokensOf(text: string): readonly Token[] {
  return new Tokenizer(text).run();
}

class Tokenizer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #row = 0;
  #rowStart = 0;
  /** Where the line ends; kept, since looking for it at each step would take the square of the time. */
  #nextLine: number;
  /** Here-documents announced on this line, which begin on the next. */
  #announced: { readonly end: string; readonly isFixed: boolean; readonly isIndented: boolean }[] = [];

  constructor(text: string) {
    this.#text = text;
    this.#nextLine = this.#lineEndFrom(0);
  }

  run(): readonly Token[] {
    while (this.#at < this.#text.length) {
      const before = this.#at;
      if (!this.#skip() && !this.#quoted() && !this.#plain()) this.#sign();
      if (this.#isEnd()) break;
      // Every branch moves on; this is what keeps a mistake in one from hanging the doctor.
      if (this.#at === before) this.#move(1);
    }
    return this.#tokens;
  }

  #isEnd(): boolean {
    const last = this.#tokens.at(-1);
    return last?.kind === "word" && /^__(END|DATA)__$/.test(last.text);
  }

  #skip(): boolean {
    const character = this.#text[this.#at] ?? "";
    if (character === "\n") return this.#newLine();
    if (/\s/.test(character)) return this.#move(1);
    if (character === "#") return this.#move(this.#nextLine - this.#at);
    if (
      character !== "=" ||
      this.#at !== this.#rowStart ||
      !/[a-z]/i.test(this.#text[this.#at + 1] ?? "")
    )
      return false;
    const end = /^=cut\b.*$/gm;
    end.lastIndex = this.#at;
    const found = end.exec(this.#text);
    return this.#move((found === null ? this.#text.length : end.lastIndex) - this.#at);
  }

  #lineEndFrom(index: number): number {
    const end = this.#text.indexOf("\n", index);
    return end === -1 ? this.#text.length : end;
  }

  #newLine(): boolean {
    this.#move(1);
    for (const { end, isFixed, isIndented } of this.#announced.splice(0)) {
      const from = this.#at;
      const closing = new RegExp(`^${isIndented ? "[ \\t]*" : ""}${end}[ \\t]*\\r?$`, "gm");
      closing.lastIndex = from;
      const found = closing.exec(this.#text);
      const body = this.#text.slice(from, found?.index ?? this.#text.length);
      this.#push("text", body, isFixed || isPlain(body));
      this.#move((found === null ? this.#text.length : closing.lastIndex) - from);
    }
    return true;
  }

  #quoted(): boolean {
    const rest = this.#match(
      /(?:(q|qq|qw|qr|m|s|tr|y)\b(?!\s*=>)(?!\s*[,;)])\s*)?(["'`/({[<!|#~@%^,:+-])/y,
    );
    if (rest === undefined) return false;
    const [whole, operator = "", open = ""] = rest;
    if (operator === "" && !/["'`/]/.test(open)) return this.#hereDocument();
    if (operator === "" && open === "/" && !this.#isPatternHere()) return false;
    if (operator !== "" && this.#tokens.at(-1)?.text === "->") return false;
    if (operator !== "" && open === "#" && /\s/.test(whole.at(-2) ?? "")) return false;
    const start = this.#at + whole.length;
    const end = this.#closing(start, open);
    const body = this.#text.slice(start, end);
    this.#pushQuoted(operator === "" ? open : operator, open, body);
    this.#move(end + 1 - this.#at);
    if (/^(s|tr|y)$/.test(operator)) this.#replacement(open);
    if (/^(s|tr|y|m|qr|)$/.test(operator) && open !== '"' && open !== "'")
      this.#move(this.#match(/[a-z]*/y)?.[0].length ?? 0);
    return true;
  }

  #pushQuoted(operator: string, open: string, body: string): void {
    if (operator === "qw") this.#push("words", body, true);
    else if (/^(qr|m|s|tr|y|\/)$/.test(operator)) this.#push("pattern", body, true);
    else {
      const isRaw = operator === "q" || operator === "'" || (operator === "qq" && open === "'");
      this.#push("text", body, isRaw || isPlain(body));
    }
  }

  /** The second half of `s/a/b/` and `s{a}{b}`. */
  #replacement(open: string): void {
    if (CLOSERS[open] !== undefined) this.#move(this.#match(/\s*[({[<]/y)?.[0].length ?? 0);
    const second = CLOSERS[open] === undefined ? open : (this.#text[this.#at - 1] ?? "");
    this.#move(this.#closing(this.#at, second) + 1 - this.#at);
  }

  /** The index of the character that closes what was opened before `from`. */
  #closing(from: number, open: string): number {
    const close = CLOSERS[open] ?? open;
    let depth = 1;
    for (let index = from; index < this.#text.length; index++) {
      const character = this.#text[index];
      if (character === "\\") index++;
      else if (character === close) depth--;
      else if (character === open) depth++;
      if (depth === 0) return index;
    }
    return this.#text.length;
  }

  #hereDocument(): boolean {
    const found = this.#match(/<<(~?)(?:"([^"\n]*)"|'([^'\n]*)'|([A-Za-z_]\w*))/y);
    if (found === undefined || this.#endsValue()) return false;
    const [whole, tilde, double, single, bare] = found;
    const end = (double ?? single ?? bare ?? "").replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    this.#announced.push({ end, isFixed: single !== undefined, isIndented: tilde === "~" });
    // Its text follows as a token of its own, at the start of the next line; here stands a value.
    this.#push("variable", "<<", false);
    return this.#move(whole.length);
  }

  #plain(): boolean {
    const variable = this.#match(/[$@%&]\$*(?:\w+(?:::\w+)*|\{\w+\})|\$#\{?\$?\w*|\$[!@&/\\,;.0-9_]/y);
    if (variable !== undefined && !(/^[%&]/.test(variable[0]) && this.#endsValue()))
      return this.#take("variable", variable[0]);
    const number = this.#match(/0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/y);
    if (number !== undefined) return this.#take("number", number[0]);
    const word = this.#match(/[A-Za-z_]\w*(?:::\w+)*(?:::)?/y);
    return word !== undefined && this.#take("word", word[0]);
  }

  #take(kind: Token["kind"], text: string): boolean {
    this.#push(kind, text, true);
    return this.#move(text.length);
  }

  #sign(): void {
    SIGNS.lastIndex = this.#at;
    const [sign = ""] = SIGNS.exec(this.#text) ?? [];
    this.#take("sign", sign);
  }

  #isPatternHere(): boolean {
    const last = this.#tokens.at(-1);
    return last?.kind === "word" ? BEFORE_PATTERN.test(last.text) : !this.#endsValue();
  }

  /** Whether a value stands before, so that an operator must follow. */
  #endsValue(): boolean {
    const last = this.#tokens.at(-1);
    if (last?.kind === "sign") return /^[)\]}]$/.test(last.text);
    return last !== undefined && last.kind !== "word";
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text) ?? undefined;
  }

  #push(kind: Token["kind"], text: string, isFixed: boolean): void {
    const startPosition = { row: this.#row, column: this.#at - this.#rowStart };
    this.#tokens.push({ kind, text, isFixed, startPosition });
  }

  #move(length: number): true {
    const end = Math.min(this.#at + length, this.#text.length);
    while (this.#nextLine < end) {
      this.#row++;
      this.#rowStart = this.#nextLine + 1;
      this.#nextLine = this.#lineEndFrom(this.#rowStart);
    }
    this.#at = end;
    return true;
  }
}

/** Nothing is filled in: neither a variable nor an escape that means something else than it shows. */
function isPlain(body: string): boolean {
  return !/[$@\\]/.test(body);
}
