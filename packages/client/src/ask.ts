// One question to one Sentinel, answered or given up within its deadline.
import { type Contact, exchange, isRefusedLogin } from "./exchange.ts";
import type { Answer } from "./judge.ts";
import { isErrorReply, type Reply } from "./resp.ts";
import { withoutSecrets } from "./secrets.ts";

export interface Question extends Contact {
  readonly group: string;
  readonly timeoutMs: number;
  /** Ends the question; the answer is then of no interest to anyone. */
  readonly signal: AbortSignal;
}

/**
 * Asks for the address and for the epoch in one write. The address is that of GET-MASTER-ADDR-BY-NAME,
 * because the leader of a failover gives the promoted replica there as soon as the new epoch is its own,
 * while SENTINEL MASTER still has the old address beside the new epoch.
 *
 * Never rejects: a Sentinel that cannot be asked is an answer, too.
 */
export async function ask(question: Question): Promise<Answer> {
  const { sentinel, group } = question;
  const questions = [
    ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group],
    ["SENTINEL", "MASTER", group],
  ];
  try {
    const { login, replies } = await exchange(question, questions, question);
    const wrong = replies.find(isErrorReply);
    if (wrong !== undefined) {
      const text = isRefusedLogin(login) ? login.error : wrong.error;
      const refusal = withoutSecrets(text, [question.password]);
      return { kind: "none", sentinel, reason: `refuses to answer (${refusal})`, refusal };
    }
    const found = parse(replies[0], replies[1]);
    if (found === undefined)
      return { kind: "none", sentinel, reason: `gives no address for "${group}"` };
    return { kind: "named", sentinel, ...found };
  } catch (error) {
    return { kind: "none", sentinel, reason: `does not answer (${(error as Error).message})` };
  }
}

type Found = Pick<Extract<Answer, { kind: "named" }>, "host" | "port" | "epoch">;

function parse(address: Reply | undefined, fields: Reply | undefined): Found | undefined {
  if (!Array.isArray(address) || !Array.isArray(fields)) return undefined;
  const [host, portText] = address as unknown[];
  const epochAt = fields.indexOf("config-epoch") + 1;
  const port = Number(portText);
  const epoch = Number(epochAt === 0 ? undefined : fields[epochAt]);
  if (typeof host !== "string" || host === "") return undefined;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  if (!Number.isSafeInteger(epoch) || epoch < 0) return undefined;
  return { host, port, epoch };
}
