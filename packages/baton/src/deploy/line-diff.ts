// Which lines of a text have gone, and which are new. Pure.

export interface DiffLine {
  readonly sign: "-" | "+" | " ";
  readonly line: string;
}

/** Beyond it comparing every line with every other takes too long, and nobody would read the result. */
const CELLS_MAX = 4_000_000;

/** All lines in order; undefined for texts that are too long to compare. */
export function diffOf(before: string, after: string): readonly DiffLine[] | undefined {
  const [a, b] = [before.split("\n"), after.split("\n")];
  if ((a.length + 1) * (b.length + 1) > CELLS_MAX) return undefined;
  const lengths = commonLengths(a, b);
  const width = b.length + 1;
  const found: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      found.push({ sign: " ", line: left });
      i += 1;
      j += 1;
      continue;
    }
    const skipsLeft = (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0);
    if (left !== undefined && (right === undefined || skipsLeft)) {
      found.push({ sign: "-", line: left });
      i += 1;
    } else if (right !== undefined) {
      found.push({ sign: "+", line: right });
      j += 1;
    }
  }
  return found;
}

/** For each pair of places how many lines follow that both have, in order. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const next = lengths[(i + 1) * width + j + 1] ?? 0;
      const skip = Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
      lengths[i * width + j] = a[i] === b[j] ? next + 1 : skip;
    }
  }
  return lengths;
}

/** Lines that changed, with as many around them; undefined stands for lines that are left out. */
export function withContext(
  lines: readonly DiffLine[],
  around: number,
): readonly (DiffLine | undefined)[] {
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== " "),
  );
  return lines.flatMap((line, at) => {
    if (isNear[at] === true) return [line];
    return isNear[at - 1] === true && at < lines.length - 1 ? [undefined] : [];
  });
}
