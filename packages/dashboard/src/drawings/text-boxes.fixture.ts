// The boxes of all texts in a drawn SVG, for the tests that no text covers another.
import { FONT } from "./frame.tsx";
import { textWidth } from "./text.ts";

export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
};

export function textBoxes(svg: string): readonly TextBox[] {
  const found = [
    ...svg.matchAll(/<text x="([^"]+)" y="([^"]+)"[^>]*text-anchor="(\w+)"([^>]*)>(.*?)<\/text>/gsu),
  ];
  return found.map(([, x, y, anchor, rest = "", content = ""]) => {
    const text = content
      .replace(/<[^>]*>/gu, "")
      .replace(/&\w+;/gu, (entity) => ENTITIES[entity] ?? "?");
    const isBold = /strong/u.test(rest) || content.includes("strong");
    const width = textWidth(text, FONT, isBold);
    const left = Number(x) - width * ({ start: 0, middle: 0.5, end: 1 }[anchor ?? ""] ?? Number.NaN);
    return {
      text,
      left,
      right: left + width,
      top: Number(y) - FONT * 0.8,
      bottom: Number(y) + FONT * 0.25,
    };
  });
}

/** Pairs of texts that cover each other, in words. */
export function overlaps(boxes: readonly TextBox[]): readonly string[] {
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `"${a.text}" and "${b.text}"`),
  );
}
