// What a name server says when it says no, as sentences for the person who has to do something about it.
import { TSIG_ERROR } from "./tsig.ts";

/** The server has answered, and the answer is no. */
export class NameServerRefusal extends Error {
  readonly rcode: number;
  constructor(message: string, rcode: number) {
    super(message);
    this.name = "NameServerRefusal";
    this.rcode = rcode;
  }
}

/** The server has answered, and with what it says there nothing can be kept. */
export class Unfit extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Unfit";
  }
}

export const RCODE = { ok: 0, noName: 3 } as const;

interface Asked {
  readonly zone: string;
  readonly key: string;
  readonly algorithm: string;
  /** `update` or a type of record, for messages. */
  readonly what: string;
}

const SENTENCES: Readonly<Record<number, (asked: Asked) => string>> = {
  1: () => "FORMERR: it does not understand the request",
  2: ({ zone }) => `SERVFAIL: it has failed; its log says why (may it write the journal of ${zone}?)`,
  3: () => "NXDOMAIN: there is no such name",
  4: ({ what }) => `NOTIMP: it does not do this (${what})`,
  5: ({ key, what }) => `REFUSED: the key ${key} has no right to this there (${what})`,
  6: () => "YXDOMAIN: the name is there, and should not be",
  7: () => "YXRRSET: a record is there, and should not be; somebody else was quicker",
  8: () => "NXRRSET: the TXT record is no longer what was read; somebody else was quicker",
  9: ({ zone }) => `NOTAUTH: it is not the primary of ${zone}, or the key has no right there`,
  10: ({ zone }) => `NOTZONE: the name is not in ${zone}`,
};

const KEY_SENTENCES: Readonly<Record<number, (asked: Asked) => string>> = {
  [TSIG_ERROR.badSignature]: ({ key }) => `BADSIG: it has another secret for the key ${key}`,
  [TSIG_ERROR.badKey]: ({ key, algorithm, what }) =>
    `BADKEY: it knows no key ${key} of ${algorithm}, or not for this (${what})`,
  22: ({ key }) => `BADTRUNC: it wants a longer signature of the key ${key}`,
};

/** `error`: of the signature, 0 for none. */
export function refusalOf(asked: Asked, rcode: number, error: number): NameServerRefusal {
  const known = KEY_SENTENCES[error] ?? SENTENCES[rcode];
  return new NameServerRefusal(known?.(asked) ?? `it answers with code ${rcode}`, rcode);
}

const clock = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 19);

export function badTime(serverSeconds: number, ownSeconds: number): NameServerRefusal {
  const apart = Math.abs(serverSeconds - ownSeconds);
  const clocks = `its clock says ${clock(serverSeconds)} and this host's ${clock(ownSeconds)} UTC`;
  const next = "Baton signs by the server's clock from now on; set the wrong one right";
  return new NameServerRefusal(`BADTIME: ${clocks}, ${apart} s apart; ${next}`, 9);
}
