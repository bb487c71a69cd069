// A name server that is asked and told with signed messages, and whose replies are believed only when
// they are signed too.
import { randomInt } from "node:crypto";
import { endpointText } from "../../target.ts";
import { type Conversation, openConversation } from "./conversation.ts";
import {
  CLASS,
  decodeMessage,
  type DnsRecord,
  encodeMessage,
  MalformedMessage,
  type Message,
  OPCODE,
  type Sections,
  TYPE,
} from "./message.ts";
import { badTime, NameServerRefusal, RCODE, refusalOf, Unfit } from "./refusal.ts";
import { judgeSignature, signMessage, TSIG_ERROR, type TsigKey } from "./tsig.ts";

export interface ServerParts {
  readonly host: string;
  readonly port: number;
  readonly zone: string;
  /** Asked anew for each visit: the key may have been replaced. */
  readonly readKey: () => Promise<TsigKey>;
  readonly wallMs: () => number;
}

/** What has to hold, and what changes if it does: one message, and so all or nothing. */
export interface Update {
  readonly prerequisites: readonly DnsRecord[];
  readonly changes: readonly DnsRecord[];
}

export interface NameServer {
  /**
   * One connection for what `deed` asks and tells.
   * @throws NameServerRefusal when the server says no; Error for everything else, both with the server's
   *   place in front; the signal's reason.
   */
  visit<T>(signal: AbortSignal, deed: (session: Session) => Promise<T>): Promise<T>;
}

/** By how many seconds what is signed differs from this host's clock; as one BADTIME has taught. */
interface Skew {
  seconds: number;
}

export class Session {
  private readonly parts: ServerParts;
  private readonly key: TsigKey;
  private readonly skew: Skew;
  private readonly conversation: Conversation;
  /** How far the server's clock is ahead of this host's, seconds; undefined before a signed reply. */
  aheadSeconds: number | undefined;

  constructor(parts: ServerParts, key: TsigKey, skew: Skew, conversation: Conversation) {
    this.parts = parts;
    this.key = key;
    this.skew = skew;
    this.conversation = conversation;
  }

  /** Records of that name and type, and an alias of that name; empty when there are none. */
  async query(name: string, type: number): Promise<readonly DnsRecord[]> {
    const question = { name, type, class: CLASS.IN };
    const sections = { questions: [question], answers: [], authority: [] };
    const reply = await this.tell(OPCODE.query, `question for ${name}`, sections);
    const [back] = reply.questions;
    if (back?.name !== name || back.type !== type) throw new MalformedMessage("it has another question");
    if (!reply.isAuthoritative) {
      throw new Unfit(`it does not speak for ${name} itself: give the zone's primary as server`);
    }
    return reply.answers.filter((one) => {
      return one.name === name && (one.type === type || one.type === TYPE.CNAME);
    });
  }

  async update({ prerequisites, changes }: Update): Promise<void> {
    const { zone } = this.parts;
    const questions = [{ name: zone, type: TYPE.SOA, class: CLASS.IN }];
    const sections = { questions, answers: prerequisites, authority: changes };
    await this.tell(OPCODE.update, `update of ${zone}`, sections);
  }

  private async tell(opcode: number, what: string, sections: Sections): Promise<Message> {
    const id = randomInt(0x1_0000);
    const unsigned = encodeMessage(id, opcode, sections);
    const { bytes: request, mac } = signMessage(unsigned, this.key, { seconds: this.nowSeconds() });
    const bytes = await this.conversation.ask(request);
    const message = decodeMessage(bytes);
    if (message.id !== id || !message.isReply || message.opcode !== opcode || message.isTruncated) {
      throw new MalformedMessage("it belongs to another request, or is not whole");
    }
    const error = this.signatureError(bytes, message, mac);
    const isNoName = opcode === OPCODE.query && message.rcode === RCODE.noName;
    if (error === 0 && (message.rcode === RCODE.ok || isNoName)) return message;
    const { name: key, algorithm } = this.key;
    throw refusalOf({ zone: this.parts.zone, key, algorithm, what }, message.rcode, error);
  }

  /** What the signature says is wrong, 0 for nothing. @throws Error when it is not to be believed. */
  private signatureError(bytes: Buffer, message: Message, requestMac: Buffer): number {
    const nowSeconds = this.nowSeconds();
    const signature = judgeSignature({ bytes, message, requestMac, nowSeconds }, this.key);
    if (signature.kind === "bad") throw new Error(`its reply is not believed: ${signature.why}`);
    if (signature.kind === "none") {
      // Nobody has vouched for a no without a signature. As a reason not to go on it is good enough.
      if (message.rcode !== RCODE.ok && message.rcode !== RCODE.noName) return 0;
      throw new Error("its reply is not believed: it is not signed");
    }
    if (signature.kind === "unsigned") {
      if (signature.error === 0) throw new Error("its reply is not believed: its signature is empty");
      return signature.error;
    }
    const ownSeconds = nowSeconds - this.skew.seconds;
    this.aheadSeconds = signature.serverSeconds - ownSeconds;
    if (signature.error === TSIG_ERROR.badTime) {
      // Signed: nobody without the key can make Baton sign for another time.
      this.skew.seconds = this.aheadSeconds;
      throw badTime(signature.serverSeconds, ownSeconds);
    }
    return signature.error;
  }

  private nowSeconds(): number {
    return Math.floor(this.parts.wallMs() / 1_000) + this.skew.seconds;
  }
}

/** An error of several addresses has no text of its own. */
const reasonOf = (cause: unknown): string => {
  const { message, code } = cause as NodeJS.ErrnoException;
  return message === "" ? (code ?? "no connection") : message;
};

export function openNameServer(parts: ServerParts): NameServer {
  const { host, port } = parts;
  const place = `name server ${endpointText({ address: host, port })}`;
  const skew: Skew = { seconds: 0 };
  return {
    async visit(signal, deed) {
      signal.throwIfAborted();
      const key = await parts.readKey();
      try {
        const conversation = await openConversation({ host, port }, signal);
        try {
          return await deed(new Session(parts, key, skew, conversation));
        } finally {
          conversation.close();
        }
      } catch (cause) {
        signal.throwIfAborted();
        const bytes = cause instanceof MalformedMessage ? "its reply is no proper message: " : "";
        const message = `${place}: ${bytes}${reasonOf(cause)}`;
        if (cause instanceof NameServerRefusal) throw new NameServerRefusal(message, cause.rcode);
        throw new Error(message, { cause });
      }
    },
  };
}
