// The beginning of a command whose end has not come yet.
export class Tail {
  bytes = 0;
  private pieces: Buffer[] = [];

  /** @returns how much it holds now. */
  push(piece: Buffer): number {
    this.pieces.push(piece);
    this.bytes += piece.length;
    return this.bytes;
  }

  /** Empties it. */
  take(): readonly Buffer[] {
    const { pieces } = this;
    this.pieces = [];
    this.bytes = 0;
    return pieces;
  }

  /** What it holds and its end as one; empties it. */
  endWith(end: Buffer): Buffer {
    return this.bytes === 0 ? end : Buffer.concat([...this.take(), end]);
  }
}
