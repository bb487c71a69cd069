// What a load balancer of Octavia's keeps, for tests: a pool, what its API says of it, and what the balancer
// does with connections, which follows only when a change is in force. As the real API was seen to behave.

export interface FakeMember {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly protocol_port: number;
  readonly weight: number;
  readonly admin_state_up: boolean;
  readonly backup: boolean;
  readonly subnet_id: string | null;
  readonly monitor_address: string | null;
  readonly monitor_port: number | null;
  readonly tags: readonly string[];
  readonly provisioning_status: string;
  readonly operating_status: string;
}

/** As it stands in a batch; what it leaves out gets its default, also where the member had something else. */
export type FakeEntry = Partial<Omit<FakeMember, "id">> & {
  readonly address: string;
  readonly protocol_port: number;
};

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

function memberOf(entry: FakeEntry, id: string, provisioning_status: string): FakeMember {
  return {
    name: "",
    weight: 1,
    admin_state_up: true,
    backup: false,
    subnet_id: null,
    monitor_address: null,
    monitor_port: null,
    tags: [],
    ...entry,
    id,
    provisioning_status,
    operating_status: "NO_MONITOR",
  };
}

const isSamePlace = (one: FakeEntry, other: FakeEntry): boolean =>
  one.address === other.address && one.protocol_port === other.protocol_port;

export class FakePool {
  readonly balancerId = idOf(1);
  readonly poolId = idOf(2);
  readonly listenerId = idOf(3);
  readonly monitorId = idOf(4);
  /** Of the balancer; the pool and its listener follow it. */
  status = "ACTIVE";
  protocol = "TCP";
  timeoutMs = 3_600_000;
  monitor: string | undefined = "TCP";
  hasListener = true;
  /** How long a change takes to be in force, milliseconds; undefined: for ever. */
  workMs: number | undefined = 30;
  members: readonly FakeMember[] = [];
  private live: readonly string[] = [];
  private readonly past: string[] = [];
  private lastId = 100;
  private timer: NodeJS.Timeout | undefined;

  isMutable(): boolean {
    return this.status === "ACTIVE";
  }

  /** The whole pool anew. Whoever is not named goes; an empty batch empties the pool, without a word. */
  batch(entries: readonly FakeEntry[]): void {
    const kept = entries.map((entry) => {
      const there = this.members.find((one) => isSamePlace(one, entry));
      const status = there === undefined ? "PENDING_CREATE" : "PENDING_UPDATE";
      return memberOf(entry, there?.id ?? this.nextId(), status);
    });
    const gone = this.members
      .filter((one) => !entries.some((entry) => isSamePlace(one, entry)))
      .map((one) => ({ ...one, provisioning_status: "PENDING_DELETE" }));
    this.members = [...kept, ...gone];
    this.begin();
  }

  /** Whatever it is: until it is in force, the balancer takes no other change. */
  begin(): void {
    this.status = "PENDING_UPDATE";
    const { workMs } = this;
    clearTimeout(this.timer);
    if (workMs !== undefined) this.timer = setTimeout(() => this.complete(), workMs);
  }

  complete(): void {
    clearTimeout(this.timer);
    this.status = "ACTIVE";
    this.members = this.members
      .filter(({ provisioning_status }) => provisioning_status !== "PENDING_DELETE")
      .map((one) => ({ ...one, provisioning_status: "ACTIVE" }));
    this.apply();
  }

  /** By hand in the panel, in force at once. */
  set(entries: readonly FakeEntry[]): void {
    clearTimeout(this.timer);
    this.status = "ACTIVE";
    this.members = entries.map((entry) => memberOf(entry, this.nextId(), "ACTIVE"));
    this.apply();
  }

  shown(): string | undefined {
    return this.live.length === 0 ? undefined : this.live.join(" and ");
  }

  history(): readonly string[] {
    return [...this.past];
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private nextId(): string {
    this.lastId += 1;
    return idOf(this.lastId);
  }

  private apply(): void {
    const up = this.members.filter(({ admin_state_up, weight }) => admin_state_up && weight > 0);
    const first = up.filter(({ backup }) => !backup);
    const now = (first.length > 0 ? first : up).map((one) => `${one.address}:${one.protocol_port}`);
    if (now.join() !== this.live.join()) this.past.push(...now);
    this.live = now;
  }
}
