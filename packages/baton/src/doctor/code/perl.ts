// Perl, for which no grammar can be had as WebAssembly from npm: a tolerant reader of our own for what doctor
// asks about, which is calls (`Class->new(k => v)`, `$x->method(...)`), assignments, loops and evals. What it
// cannot follow is unknown, never guessed.
import { ProgramBuilder } from "./builder.ts";
import { type Token, tokensOf } from "./perl-tokens.ts";
import { PerlValues } from "./perl-values.ts";
import type { Program } from "./program.ts";

export function readPerl(file: string, text: string): Program {
  return new PerlReader(file, tokensOf(text)).read();
}

class PerlReader extends PerlValues {
  constructor(file: string, tokens: readonly Token[]) {
    super(new ProgramBuilder(file, "perl"), tokens);
  }

  read(): Program {
    while (this.at < this.tokens.length) {
      this.statements();
      // A bracket that closes nothing.
      this.at++;
    }
    return this.builder.program();
  }

  /** Up to the brace that closes the block, which stays. */
  private statements(): void {
    while (this.at < this.tokens.length && !this.isCloser()) {
      if (this.is(";")) this.at++;
      else if (!this.special()) this.list(true);
    }
  }

  protected override special(): boolean {
    const token = this.tokens[this.at];
    if (this.is("{")) return this.block();
    if (token?.kind !== "word" || this.is("=>", 1)) return false;
    if (token.text === "use" || token.text === "require") return this.use();
    if (token.text === "sub") return this.sub();
    if (/^(while|until|for|foreach)$/.test(token.text)) return this.loop();
    if (/^(if|elsif|unless|else|do|BEGIN|END|finally)$/.test(token.text)) {
      this.at++;
      if (this.is("(")) this.group();
      return this.is("{") ? this.block() : true;
    }
    if (!/^(eval|try)$/.test(token.text) || !this.is("{", 1)) return false;
    this.at++;
    const place = this.builder.place(token);
    this.builder.inTry([{ types: [], place }], () => this.block());
    return true;
  }

  private use(): boolean {
    const token = this.tokens[this.at + 1];
    if (token?.kind === "word")
      this.builder.addImport(token, { module: token.text, name: "", local: "" });
    this.at += 2;
    return true;
  }

  private sub(): boolean {
    this.at++;
    if (this.tokens[this.at]?.kind === "word") this.at++;
    if (this.is("(")) this.group();
    if (this.is("{")) this.builder.inFunction([], () => this.block());
    return true;
  }

  private loop(): boolean {
    const isWhile = this.tokens[this.at]?.text === "while";
    this.at++;
    while (/^(my|our)$/.test(this.text())) this.at++;
    const variable = this.tokens[this.at];
    if (variable?.kind === "variable") {
      this.builder.bind(variable.text, this.builder.unknown(variable));
      this.at++;
    }
    const from = this.at;
    if (this.is("(")) this.group();
    const condition = this.tokens.slice(from, Math.min(this.at, from + 5)).map(({ text }) => text);
    const isEndless = (isWhile && condition.join("") === "(1)") || condition.join("") === "(;;)";
    if (this.is("{")) this.builder.inLoop(isEndless, () => this.block());
    return true;
  }

  private block(): true {
    this.at++;
    this.within("}", () => this.statements());
    return true;
  }
}
