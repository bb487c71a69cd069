// Which commands must not go on to a primary while replicas have to confirm what is written.
import type { CommandInfo } from "./commands.ts";
import type { Requirement } from "./gates.ts";
import type { RequestFramer } from "./resp/requests.ts";
import type { SessionState } from "./session-state.ts";

/** Why a session ends: the error reply that is its last one. */
export interface Ending {
  readonly kind: "garbage" | "unconfirmed";
  readonly word: "ERR" | "NOREPLICAS";
  readonly sentence: string;
  /** Part of a reply is with the client: a line behind it would be taken for the rest. */
  readonly isInDelivery?: boolean;
}

export const garbled = ({ message }: Error): Ending => ({
  kind: "garbage",
  word: "ERR",
  sentence: message,
});

export const unconfirmed = (sentence: string): Ending => ({
  kind: "unconfirmed",
  word: "NOREPLICAS",
  sentence: `baton: ${sentence}`,
});

/** A block writes when it is executed, and then as a whole. */
export function changesData(command: CommandInfo, session: SessionState): boolean {
  return command.isWrite ? !session.isInBlock : command.name === "exec" && session.blockWrites;
}

/**
 * A session whose replies cannot be counted cannot be told when its writes are confirmed.
 * @returns why the chunk must not be sent. @throws ProtocolError
 */
export function refusalWhileOpaque(
  requests: RequestFramer,
  chunk: Buffer,
  requirement: Requirement,
): Ending | undefined {
  if (requirement().kind === "not-asked") return undefined;
  const isWrite = () => requests.command?.isWrite === true;
  for (let at = 0; at >= 0 && !isWrite(); ) at = requests.advance(chunk, at);
  if (!isWrite()) return undefined;
  return unconfirmed("a session that listens cannot write: replicas could not confirm it");
}
