// The shape of a reader for one client library.
import type { ClientUse } from "../../facts-clients.ts";
import type { Call, Program } from "../program.ts";

export type Methods = ReadonlyMap<Call, readonly Call[]>;

/** Finds what the library is used for; nothing in a program that does not use it. */
export type LibraryReader = (program: Program, methods: Methods) => readonly ClientUse[];
