// Writes the mails of a channel by nodemailer, which is an optional package: who sends no mail need not have
// it.
import { readTextFile } from "../sys/files.ts";
import type { SecretReference } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { withoutSecrets } from "../targets/api/refusal.ts";
import {
  type Channel,
  type ChannelSurroundings,
  type Message,
  type Reference,
  Undeliverable,
} from "./channel.ts";
import { plainLine, textOf } from "./notice.ts";

export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: "starttls" | "always" | "never";
  readonly authority?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: SecretReference | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly timeout: number;
}

const SUBJECT_CHARACTERS_MAX = 180;
const AUTHORITY_BYTES_MAX = 256 * 1024;
/** From here on SMTP means never. */
const PERMANENT = 500;

async function loadNodemailer(): Promise<typeof import("nodemailer")> {
  try {
    return await import("nodemailer");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const message = "e-mail needs the package nodemailer, which is not installed beside Baton";
    throw new BatonError("UNABLE", message, { cause });
  }
}

/** The server's word, without what was sent to log in. */
function refusalOf(error: unknown, password: string | undefined): Error {
  const { message, responseCode } = error as Error & { readonly responseCode?: unknown };
  const secrets = password === undefined ? [] : [password, Buffer.from(password).toString("base64")];
  const said = plainLine(withoutSecrets(`SMTP: ${message}`, secrets), 300);
  const isFinal = typeof responseCode === "number" && responseCode >= PERMANENT;
  return isFinal ? new Undeliverable(said) : new Error(said);
}

/** What was sent first gives the conversation its subject, and each later mail its reference. */
function mailOf(message: Message, own: EmailSettings, { cluster, host }: ChannelSurroundings) {
  const { notice, thread, number, reference } = message;
  const domain = own.from.split("@")[1] ?? "baton.invalid";
  const idOf = (count: number) => `<baton.${thread}.${count}@${domain}>`;
  const fresh = plainLine(`[${cluster}] ${notice.title}`, SUBJECT_CHARACTERS_MAX);
  const first = reference?.["subject"];
  const answer = first === undefined ? {} : { inReplyTo: idOf(0), references: [idOf(0)] };
  return {
    from: own.from,
    to: [...own.to],
    subject: first === undefined ? fresh : `Re: ${first}`,
    messageId: idOf(number),
    ...answer,
    text: `${textOf(notice)}\n\nBaton's agent on ${host}, cluster ${cluster}, notice ${notice.id}\n`,
    headers: { "Auto-Submitted": "auto-generated", "X-Baton-Notice": notice.id },
    disableFileAccess: true,
    disableUrlAccess: true,
    reference: { subject: first ?? fresh },
  };
}

export function openEmail(own: EmailSettings, surroundings: ChannelSurroundings): Channel {
  const { host, port, tls, authority, user, password: reference, timeout: deadlineMs } = own;

  async function transportFor(password: string | undefined) {
    const { createTransport } = await loadNodemailer();
    const ca = authority && (await readTextFile(authority, AUTHORITY_BYTES_MAX));
    return createTransport({
      host,
      port,
      secure: tls === "always",
      requireTLS: tls === "starttls",
      ignoreTLS: tls === "never",
      connectionTimeout: deadlineMs,
      greetingTimeout: deadlineMs,
      socketTimeout: deadlineMs,
      dnsTimeout: deadlineMs,
      socketCloseTimeout: 0,
      maxResponseSize: 64 * 1024,
      name: surroundings.host,
      ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
      ...(ca === undefined ? {} : { tls: { ca } }),
    });
  }

  return {
    deadlineMs,
    async send(message, signal): Promise<Reference | undefined> {
      if (message.as === "renew") return undefined;
      // Read anew for each mail: it may have been replaced, and mails are few.
      const what = `of channel ${surroundings.name}`;
      const password = reference && (await surroundings.readSecret(what, reference));
      const { reference: kept, ...mail } = mailOf(message, own, surroundings);
      const transport = await transportFor(password);
      try {
        await transport.sendMail({ ...mail, signal });
        return kept;
      } catch (error) {
        signal.throwIfAborted();
        throw refusalOf(error, password);
      } finally {
        transport.close();
      }
    },
  };
}
