// A key of a real etcd with a user of its own, as a far side for the promises of shared targets.
import { place } from "../../../packages/baton/src/targets/bench.fixture.ts";
import { openHttpDoor } from "../../../packages/baton/src/targets/fakes/door.fixture.ts";
import type { SharedSubject } from "../../../packages/baton/src/targets/shared-stage.fixture.ts";
import { TEST_SECRET } from "../../../packages/baton/src/targets/surroundings.fixture.ts";
import type { EtcdServer } from "./etcd.ts";

interface KeyValue {
  readonly mod_revision: string;
  /** Absent when it is empty. */
  readonly value?: string;
}
interface Value {
  readonly address: string;
  readonly port: number;
  readonly epoch: number;
}

export const inBase64 = (text: string): string => Buffer.from(text).toString("base64");
const plain = (text = ""): string => Buffer.from(text, "base64").toString("utf8");
const valueIn = ({ value }: KeyValue): Value => JSON.parse(plain(value)) as Value;
const placeIn = (found: KeyValue): string => {
  const { address, port } = valueIn(found);
  return `${address}:${port}`;
};

/** What requests to etcd count as changes: questions are POSTs, too. */
export const isChange = ({ path }: { readonly path: string }): boolean =>
  path === "/v3/kv/txn" || path === "/v3/kv/put";

async function keyAt(server: EtcdServer, key: string, revision = "0"): Promise<KeyValue | undefined> {
  const found = await server.ask("/v3/kv/range", { key: inBase64(key), revision });
  return (found as { kvs?: readonly KeyValue[] }).kvs?.[0];
}

export const textAt = async (server: EtcdServer, key: string): Promise<string | undefined> => {
  const found = await keyAt(server, key);
  return found && plain(found.value);
};

export const put = (server: EtcdServer, key: string, text: string): Promise<unknown> =>
  server.ask("/v3/kv/put", { key: inBase64(key), value: inBase64(text) });

/** What is new since the revision, the oldest first. */
async function versionsSince(
  server: EtcdServer,
  key: string,
  last: bigint,
): Promise<readonly KeyValue[]> {
  const found: KeyValue[] = [];
  let revision = "0";
  for (;;) {
    const one = await keyAt(server, key, revision);
    if (one === undefined || BigInt(one.mod_revision) <= last) return found;
    found.unshift(one);
    revision = String(BigInt(one.mod_revision) - 1n);
  }
}

/** A role for one key, and a user that has it; the password is the test's secret. */
async function addUser(server: EtcdServer, user: string, key: string): Promise<void> {
  const role = `${user}-role`;
  const perm = { permType: "READWRITE", key: inBase64(key) };
  await server.ask("/v3/auth/role/add", { name: role });
  await server.ask("/v3/auth/role/grant", { name: role, perm });
  await server.ask("/v3/auth/user/add", { name: user, password: TEST_SECRET });
  await server.ask("/v3/auth/user/grant", { user, role });
}

let count = 0;

export async function openEtcdPlace(server: EtcdServer): Promise<SharedSubject> {
  count += 1;
  const [key, user] = [`/services/redis/${count}/primary`, `baton${count}`];
  await addUser(server, user, key);
  const upstream = server.members[0]?.base ?? "";
  const history: string[] = [];
  let last = 0n;
  const password = (text: string) =>
    server.ask("/v3/auth/user/changepw", { name: user, password: text });
  return {
    openDoor: () =>
      openHttpDoor({
        upstream,
        isWrite: isChange,
        settingsOf: (base) => ({
          endpoints: [base],
          key,
          user,
          password: { env: "ANY" },
          timeout: "2s",
          checkEvery: "1s",
        }),
      }),
    async shown() {
      const found = await keyAt(server, key);
      return found && placeIn(found);
    },
    async history() {
      for (const one of await versionsSince(server, key, last)) {
        history.push(placeIn(one));
        last = BigInt(one.mod_revision);
      }
      return history;
    },
    async meddle(host) {
      const found = await keyAt(server, key);
      const [address] = place(host).split(":");
      const own = found === undefined ? {} : valueIn(found);
      await put(server, key, JSON.stringify({ ...own, address }));
    },
    async revoke() {
      await password("an0ther-passw0rd");
    },
    async restore() {
      await password(TEST_SECRET);
    },
    close: () => Promise.resolve(),
  };
}
