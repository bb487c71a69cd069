// Collects a Program while a text is read: calls, bindings, imports and texts, each with what surrounds it.
import type { Place } from "../finding.ts";
import type {
  Binding,
  Call,
  CodeLanguage,
  Entry,
  Handler,
  Import,
  Program,
  TextUse,
  Value,
} from "./program.ts";

/** Something with a place in the text, counted from 0: a node of a tree, or a token. */
export interface Positioned {
  readonly startPosition: { readonly row: number; readonly column: number };
}

interface Surroundings {
  readonly functionId: number;
  readonly loop: Call["loop"];
  readonly handlers: readonly Handler[];
}

export interface CallParts {
  readonly name: string;
  readonly path?: string;
  readonly receiver?: Value;
  readonly isNew?: boolean;
  readonly arguments: readonly Value[];
  readonly named?: readonly Entry[];
  readonly isStatement: boolean;
}

export class ProgramBuilder {
  readonly #file: string;
  readonly #language: CodeLanguage;
  readonly #imports: Import[] = [];
  readonly #calls: Call[] = [];
  readonly #texts: TextUse[] = [];
  readonly #bindings = new Map<string, Binding[]>();
  readonly #parents: number[] = [-1];
  #here: Surroundings = { functionId: 0, loop: "none", handlers: [] };
  /** PHP's. */
  namespace = "";

  constructor(file: string, language: CodeLanguage) {
    this.#file = file;
    this.#language = language;
  }

  program(): Program {
    return {
      file: this.#file,
      language: this.#language,
      imports: this.#imports,
      namespace: this.namespace,
      calls: this.#calls,
      bindings: this.#bindings,
      parents: this.#parents,
      texts: this.#texts,
    };
  }

  /** Everything inside is a function of its own: its names are its own, and nothing is caught around it. */
  inFunction(parameters: readonly string[], body: () => void): readonly string[] {
    const before = this.#here;
    this.#parents.push(before.functionId);
    const functionId = this.#parents.length - 1;
    this.#here = { functionId, loop: before.loop, handlers: [] };
    const textsBefore = this.#texts.length;
    for (const path of parameters) this.bind(path, this.unknown(null));
    body();
    this.#here = before;
    return this.#texts.slice(textsBefore).map(({ text }) => text);
  }

  inLoop(isEndless: boolean, body: () => void): void {
    const before = this.#here;
    const loop = isEndless || before.loop === "endless" ? "endless" : "bounded";
    this.#here = { ...before, loop };
    body();
    this.#here = before;
  }

  inTry(handlers: readonly Handler[], body: () => void): void {
    const before = this.#here;
    this.#here = { ...before, handlers: [...handlers, ...before.handlers] };
    body();
    this.#here = before;
  }

  addCall(node: Positioned, parts: CallParts): Value {
    const { receiver } = parts;
    const place = this.place(node);
    const prefix = receiver?.kind === "name" ? `${receiver.path}.` : "";
    const call: Call = {
      name: parts.name,
      path: parts.path ?? (receiver === undefined || prefix !== "" ? prefix + parts.name : ""),
      ...(receiver !== undefined && { receiver }),
      isNew: parts.isNew ?? false,
      arguments: parts.arguments,
      named: parts.named ?? [],
      place,
      functionId: this.#here.functionId,
      loop: this.#here.loop,
      handlers: this.#here.handlers,
      isAnswerUsed: !parts.isStatement,
    };
    this.#calls.push(call);
    return { kind: "call", call, place };
  }

  bind(path: string, value: Value): void {
    const binding: Binding = { path, value, functionId: this.#here.functionId };
    const known = this.#bindings.get(path);
    if (known === undefined) this.#bindings.set(path, [binding]);
    else known.push(binding);
  }

  addImport(node: Positioned, found: Omit<Import, "place">): void {
    this.#imports.push({ ...found, place: this.place(node) });
  }

  text(node: Positioned, text: string): Value {
    const place = this.place(node);
    this.#texts.push({ text, place });
    return { kind: "text", text, place };
  }

  name(node: Positioned, path: string): Value {
    return { kind: "name", path, functionId: this.#here.functionId, place: this.place(node) };
  }

  number(node: Positioned, text: string): Value {
    const number = Number(text.replaceAll(/[_'nfFuUlL]/g, ""));
    return Number.isNaN(number)
      ? this.unknown(node)
      : { kind: "number", number, place: this.place(node) };
  }

  unknown(node: Positioned | null): Value {
    return { kind: "unknown", place: this.place(node) };
  }

  place(node: Positioned | null): Place {
    const position = node?.startPosition;
    return {
      file: this.#file,
      line: (position?.row ?? 0) + 1,
      column: (position?.column ?? 0) + 1,
    };
  }
}
