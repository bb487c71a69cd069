// Keys as Node's own decoder names them, made one word each for whoever draws a screen.

export type KeyName =
  | "backspace"
  | "down"
  | "end"
  | "enter"
  | "escape"
  | "home"
  | "interrupt"
  | "pagedown"
  | "pageup"
  | "redraw"
  | "suspend"
  | "up";

export type Key =
  | { readonly kind: "named"; readonly name: KeyName }
  /** One character that can be seen, or a blank. */
  | { readonly kind: "text"; readonly text: string };

/** What the event "keypress" of node:readline carries besides the character. */
export interface Press {
  readonly name?: string | undefined;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

const NAMES: Readonly<Record<string, KeyName>> = {
  backspace: "backspace",
  down: "down",
  end: "end",
  enter: "enter",
  escape: "escape",
  home: "home",
  pagedown: "pagedown",
  pageup: "pageup",
  return: "enter",
  up: "up",
};

const WITH_CONTROL: Readonly<Record<string, KeyName>> = {
  c: "interrupt",
  l: "redraw",
  z: "suspend",
};

/** Undefined for what means nothing here. */
export function keyOf(text: string | undefined, press: Press): Key | undefined {
  const { name, ctrl = false, meta = false } = press;
  const known = name === undefined ? undefined : (ctrl ? WITH_CONTROL : NAMES)[name];
  if (known !== undefined) return { kind: "named", name: known };
  if (ctrl || meta || text === undefined || !/^[^\p{C}\p{Z}]$|^ $/u.test(text)) return undefined;
  return { kind: "text", text };
}
