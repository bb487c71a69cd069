// Keeps what a session must know of a command whose arguments go by: its name, and the arguments of the
// few that change their session.
import type { CommandInfo, CommandLookup } from "../commands.ts";
import { nameIn } from "./names.ts";

/** More than any command's name; of a longer one the beginning is looked up, and is unknown. */
const NAME_BYTES_MAX = 64;
const ARGUMENTS_MAX = 64;
const ARGUMENT_BYTES_MAX = 16 * 1024;
const NOTHING = Buffer.alloc(0);

export class Keeper {
  /** Known from the end of the first argument on. */
  command: CommandInfo | undefined;
  /** Complete arguments behind the name; undefined when not to be captured, or when too many. */
  captured: Buffer[] | undefined;
  private readonly lookup: CommandLookup;
  private capturedBytes = 0;
  /** The pieces of an argument that did not come at once; only the first `filled` bytes count. */
  private pieces: Buffer = NOTHING;
  private filled = 0;

  constructor(lookup: CommandLookup) {
    this.lookup = lookup;
  }

  /** Whether the bytes of the argument under way are of interest at all. */
  get isKeeping(): boolean {
    return this.command === undefined || this.captured !== undefined;
  }

  /** Forgets the last command. Whoever holds its captured arguments may go on holding them. */
  begin(): void {
    this.command = undefined;
    this.captured = undefined;
    this.capturedBytes = 0;
  }

  /** One piece of an argument, which is copied: chunks may be reused. More pieces follow. */
  takePiece(chunk: Buffer, from: number, to: number): void {
    const length = this.admit(to - from);
    if (length === 0) return;
    chunk.copy(this.pieces, this.filled, from, from + length);
    this.filled += length;
  }

  /** The last piece of an argument, mostly the only one. A name in one piece is read where it lies. */
  takeLast(chunk: Buffer, from: number, to: number): void {
    if (this.command === undefined && this.filled === 0) {
      this.named(nameIn(chunk, from, Math.min(to, from + NAME_BYTES_MAX)));
    } else {
      this.takePiece(chunk, from, to);
      this.endArgument();
    }
  }

  takeByte(byte: number): void {
    if (this.admit(1) === 0) return;
    this.pieces[this.filled] = byte;
    this.filled += 1;
  }

  endArgument(): void {
    if (this.command === undefined) this.named(nameIn(this.pieces, 0, this.filled));
    else if (this.captured !== undefined) this.capture(this.captured);
    this.pieces = NOTHING;
    this.filled = 0;
  }

  private named(name: string): void {
    this.command = this.lookup(name);
    if (this.command.isCaptured) this.captured = [];
  }

  private capture(captured: Buffer[]): void {
    if (captured.length === ARGUMENTS_MAX) return this.giveUp();
    captured.push(this.pieces.subarray(0, this.filled));
    this.capturedBytes += this.filled;
  }

  /** How many of the next bytes are to be kept; makes room for them. */
  private admit(length: number): number {
    if (!this.isKeeping) return 0;
    const isName = this.command === undefined;
    const free = (isName ? NAME_BYTES_MAX : ARGUMENT_BYTES_MAX - this.capturedBytes) - this.filled;
    if (length > free && !isName) {
      this.giveUp();
      return 0;
    }
    const admitted = Math.min(length, free);
    const needed = this.filled + admitted;
    if (needed > this.pieces.length) {
      const roomier = Buffer.alloc(Math.max(needed, 2 * this.pieces.length));
      this.pieces.copy(roomier, 0, 0, this.filled);
      this.pieces = roomier;
    }
    return admitted;
  }

  private giveUp(): void {
    this.captured = undefined;
    this.pieces = NOTHING;
    this.filled = 0;
  }
}
