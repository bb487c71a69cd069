// Where the reader of Perl stands among its tokens, and how deep in brackets.
import type { Token } from "./perl-tokens.ts";

/** Brackets within brackets; what is deeper is stepped over. */
export const DEPTH_MAX = 200;
export const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

export class PerlCursor {
  protected readonly tokens: readonly Token[];
  protected at = 0;
  protected depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  /** Reads up to the closing bracket and over it; steps over what is nested too deeply. */
  protected within<T>(closer: string, body: () => T): T | undefined {
    const isTooDeep = this.depth >= DEPTH_MAX;
    this.depth++;
    const value = isTooDeep ? undefined : body();
    if (isTooDeep) this.stepOver();
    this.depth--;
    if (this.is(closer)) this.at++;
    return value;
  }

  protected text(): string {
    const token = this.tokens[this.at];
    return token?.kind === "text" || token?.kind === "pattern" ? "" : (token?.text ?? "");
  }

  protected is(sign: string, ahead = 0): boolean {
    const token = this.tokens[this.at + ahead];
    return token?.kind === "sign" && token.text === sign;
  }

  protected isCloser(): boolean {
    return this.is(")") || this.is("]") || this.is("}");
  }

  private stepOver(): void {
    for (let open = 0; this.at < this.tokens.length; this.at++) {
      if (this.isCloser() && open-- === 0) return;
      if (this.tokens[this.at]?.kind === "sign" && CLOSERS[this.text()] !== undefined) open++;
    }
  }
}
