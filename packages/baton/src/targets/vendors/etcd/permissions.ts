// Which roles of etcd let a key be read and written. Pure.
import { z } from "zod";

export const permission = z.object({
  // The first of the three is the protocol's zero, which the gateway leaves out.
  permType: z.enum(["READ", "WRITE", "READWRITE"]).default("READ"),
  key: z.string().default(""),
  range_end: z.string().default(""),
});
type Permission = z.output<typeof permission>;

export interface Role {
  readonly role: string;
  readonly permissions: readonly Permission[];
}

export interface Cover {
  /** A role that lets the key be read; undefined when none does. */
  readonly readBy: string | undefined;
  readonly writtenBy: string | undefined;
  /** One of the two covers other keys as well. */
  readonly isWider: boolean;
}

const decoded = (text: string): Buffer => Buffer.from(text, "base64");

/** No end: this key alone. A zero byte: everything from the key on. Else up to the end, without it. */
function covers({ key, range_end: end }: Permission, wanted: Buffer): boolean {
  const from = decoded(key);
  const to = decoded(end);
  if (to.length === 0) return from.equals(wanted);
  const isAfter = from.compare(wanted) <= 0;
  return isAfter && (to.equals(Buffer.of(0)) || wanted.compare(to) < 0);
}

export function coverOf(roles: readonly Role[], key: string): Cover {
  const wanted = Buffer.from(key, "utf8");
  const all = roles.flatMap(({ role, permissions }) => permissions.map((one) => ({ role, ...one })));
  const fitting = all.filter((one) => covers(one, wanted));
  // A permission for both first, and of those the narrowest.
  const rank = ({ permType, range_end: end }: Permission) =>
    (permType === "READWRITE" ? 0 : 2) + (end === "" ? 0 : 1);
  const ordered = fitting.toSorted((one, other) => rank(one) - rank(other));
  const read = ordered.find(({ permType }) => permType !== "WRITE");
  const write = ordered.find(({ permType }) => permType !== "READ");
  return {
    readBy: read?.role,
    writtenBy: write?.role,
    isWider: [read, write].some((one) => one !== undefined && one.range_end !== ""),
  };
}
