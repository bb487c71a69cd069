// Leads a name to one node: first the epoch into the TXT record beside it, then the address, then the
// refresh, and last the note that the refresh was made. Whoever finds the note missing makes the refresh.
import { systemClock } from "../../../sys/clock.ts";
import type { Endpoint } from "../../../cluster/types.ts";
import {
  type Change,
  endpointText,
  isSameEndpoint,
  NOBODY,
  type Reading,
  RouteRejected,
} from "../../target.ts";
import type { Zone, ZoneRecord } from "./dns-api.ts";
import { type ZoneMark, zoneMarkIn, zoneMarkText } from "./dns-mark.ts";

export interface ZoneSeen {
  /** Of the name, of the family of the group's addresses. */
  readonly addresses: readonly ZoneRecord[];
  readonly texts: readonly ZoneRecord[];
  readonly mark: ZoneMark | undefined;
  /** Monotonic, milliseconds. */
  readonly atMs: number;
}

export interface DnsWriterParts {
  readonly zone: Zone;
  readonly group: string;
  /** Whole, for messages. */
  readonly name: string;
  readonly subDomain: string;
  readonly ttlSeconds: number;
  /** Of the group. */
  readonly endpoints: readonly Endpoint[];
}

const familyOf = ({ address }: Endpoint): "A" | "AAAA" => (address.includes(":") ? "AAAA" : "A");

/** The newest; of two for one epoch the one that is not known to be live. */
function newestMark(texts: readonly ZoneRecord[]): ZoneMark | undefined {
  const marks = texts.flatMap(({ target }) => zoneMarkIn(target) ?? []);
  const rank = ({ epoch, state }: ZoneMark) => epoch * 2 + (state === "staged" ? 1 : 0);
  return marks.toSorted((one, other) => rank(other) - rank(one))[0];
}

export class DnsWriter {
  private readonly parts: DnsWriterParts;
  readonly type: "A" | "AAAA";
  /** Of the TXT record. */
  readonly markName: string;

  constructor(parts: DnsWriterParts) {
    this.parts = parts;
    const [first = NOBODY] = parts.endpoints;
    this.type = familyOf(first);
    this.markName = parts.subDomain === "" ? "_baton" : `_baton.${parts.subDomain}`;
  }

  async look(signal: AbortSignal): Promise<ZoneSeen> {
    const { zone, subDomain } = this.parts;
    const addresses = await zone.records(subDomain, this.type, signal);
    return { addresses, ...(await this.marks(signal)), atMs: systemClock.monotonicMs() };
  }

  private async marks(signal: AbortSignal): Promise<Pick<ZoneSeen, "texts" | "mark">> {
    const { zone, group, name } = this.parts;
    const found = await zone.records(this.markName, "TXT", signal);
    const texts = found.filter(({ target }) => zoneMarkIn(target) !== undefined);
    const mark = newestMark(texts);
    if (mark !== undefined && mark.group !== group) {
      const owner = `${name} belongs to the group ${mark.group}, says the TXT record ${this.markName}`;
      throw new Error(
        `${owner}: give ${group} another name, or remove that record and refresh the zone`,
      );
    }
    return { texts, mark };
  }

  readingOf({ addresses, mark }: ZoneSeen): Reading | undefined {
    const epoch = mark?.epoch;
    const targets = addresses.map(({ target }) => target).join(", ");
    if (addresses.length === 0) {
      const raw = `no ${this.type} record`;
      return mark === undefined ? undefined : { endpoint: NOBODY, epoch, raw };
    }
    if (addresses.length > 1) {
      const raw = `${addresses.length} ${this.type} records: ${targets}`;
      return { endpoint: NOBODY, epoch, raw };
    }
    const known = [...(mark === undefined ? [] : [mark.endpoint]), ...this.parts.endpoints];
    const endpoint = known.find(({ address }) => address === targets) ?? { address: targets, port: 0 };
    if (mark?.state === "staged") {
      return { endpoint: NOBODY, epoch, raw: `${targets}, and the zone is not known to be refreshed` };
    }
    const raw = epoch === undefined ? targets : `${targets} (epoch ${epoch})`;
    return { endpoint, epoch, raw };
  }

  /** @throws as `Target.write` does. */
  async write(change: Change, recent: ZoneSeen | undefined, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { group, epoch, endpoint } = change;
    if (familyOf(endpoint) !== this.type) {
      const what = `${endpointText(endpoint)} is no address for the ${this.type} record`;
      throw new RouteRejected(`${what} of ${this.parts.name}`);
    }
    const seen = recent ?? (await this.look(signal));
    refuseOther(change, seen.mark, "any");
    const mark: ZoneMark = { group, epoch, endpoint, state: "staged" };
    const isPublished = isMarkOf(change, seen.mark) && seen.mark?.state === "live";
    const isRight = seen.addresses.length === 1 && seen.addresses[0]?.target === endpoint.address;
    if (isPublished && isRight) return;
    await this.mark(seen.texts, mark, signal);
    await this.lead(seen.addresses, endpoint, signal);
    refuseOther(change, (await this.marks(signal)).mark, "same");
    await this.parts.zone.refresh(signal);
    const after = await this.marks(signal);
    refuseOther(change, after.mark, "same");
    await this.mark(after.texts, { ...mark, state: "live" }, signal);
  }

  private async mark(texts: readonly ZoneRecord[], mark: ZoneMark, signal: AbortSignal): Promise<void> {
    const { zone, ttlSeconds: ttl } = this.parts;
    const target = zoneMarkText(mark);
    const body = { subDomain: this.markName, target, ttl };
    const [first, ...others] = texts;
    if (first === undefined) await zone.add("TXT", body, signal);
    else if (first.target.replaceAll('"', "") !== target.replaceAll('"', "")) {
      await zone.change(first.id, body, signal);
    }
    for (const { id } of others) await zone.remove(id, signal);
  }

  private async lead(
    addresses: readonly ZoneRecord[],
    { address: target }: Endpoint,
    signal: AbortSignal,
  ): Promise<void> {
    const { zone, subDomain, ttlSeconds: ttl } = this.parts;
    const body = { subDomain, target, ttl };
    const [first, ...others] = addresses;
    if (first === undefined) await zone.add(this.type, body, signal);
    else if (first.target !== target || first.ttlSeconds !== ttl)
      await zone.change(first.id, body, signal);
    for (const { id } of others) await zone.remove(id, signal);
  }
}

const isMarkOf = ({ epoch, endpoint }: Change, mark: ZoneMark | undefined): boolean =>
  mark?.epoch === epoch && isSameEndpoint(mark.endpoint, endpoint);

/** `same`: the mark has to be the one that this change has made. */
function refuseOther(change: Change, mark: ZoneMark | undefined, wanted: "any" | "same"): void {
  const { epoch } = change;
  if (mark !== undefined && mark.epoch > epoch) {
    throw new Error(`holds epoch ${mark.epoch} (${endpointText(mark.endpoint)}), and ${epoch} is older`);
  }
  if (wanted === "any" || isMarkOf(change, mark)) return;
  throw new Error("somebody else changes the same record; looked at again");
}
