// Reads the number behind `*`, `$` and their like up to its CRLF, over any number of chunks.
import { ProtocolError, shown } from "./limits.ts";

const RETURN = 0x0d;
const NEWLINE = 0x0a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** More than any length has, and few enough that the value stays an exact number. */
const DIGITS_MAX = 15;

/** What Redis' string2ll accepts: no plus, no leading zero, no minus zero, at least one digit. */
export class LengthReader {
  /** The number, once take() has returned an offset. */
  value = 0;
  private digits = 0;
  private isNegative = false;
  private isReturnSeen = false;

  /**
   * Goes on at `offset` and returns the offset behind the CRLF, or -1 when the chunk ends first.
   * @param what names the number in errors
   * @throws ProtocolError
   */
  take(chunk: Buffer, offset: number, what: string): number {
    for (let at = offset; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.isReturnSeen) {
        if (byte !== NEWLINE)
          throw new ProtocolError(`invalid ${what}: expected 0x0a, got ${shown(byte)}`);
        this.finish();
        return at + 1;
      }
      if (byte >= ZERO && byte <= NINE) this.takeDigit(byte - ZERO, what);
      else this.takeOther(byte, what);
    }
    return -1;
  }

  private takeDigit(digit: number, what: string): void {
    const isAfterZero = this.digits > 0 && this.value === 0;
    if (isAfterZero) throw new ProtocolError(`invalid ${what}: expected no leading zero`);
    if (digit === 0 && this.isNegative && this.digits === 0)
      throw new ProtocolError(`invalid ${what}: expected a number other than -0`);
    if (this.digits === DIGITS_MAX)
      throw new ProtocolError(`invalid ${what}: expected at most ${DIGITS_MAX} digits`);
    if (this.digits === 0) this.value = 0;
    this.value = this.value * 10 + digit;
    this.digits += 1;
  }

  private takeOther(byte: number, what: string): void {
    if (byte === RETURN && this.digits > 0) this.isReturnSeen = true;
    else if (byte === MINUS && this.digits === 0 && !this.isNegative) this.isNegative = true;
    else throw new ProtocolError(`invalid ${what}: expected a digit, got ${shown(byte)}`);
  }

  private finish(): void {
    if (this.isNegative) this.value = -this.value;
    this.digits = 0;
    this.isNegative = false;
    this.isReturnSeen = false;
  }
}
