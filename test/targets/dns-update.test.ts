// Names led by signed updates, on the real name servers of Debian: BIND and Knot.
import { describe, expect, test } from "vitest";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import { openDnsDoor } from "../../packages/baton/src/targets/fakes/dns-door.fixture.ts";
import { dnsUpdate } from "../../packages/baton/src/targets/kinds/dns-update.ts";
import type { SharedSubject } from "../../packages/baton/src/targets/shared-stage.fixture.ts";
import { TEST_SECRET, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, Surroundings, Target } from "../../packages/baton/src/targets/target.ts";
import { LEAST, NAME, type NameServerProcess, nameServers, ZONE } from "./support/name-servers.ts";
import { placesIn, type ZoneView, zoneView } from "./support/zone-view.ts";

const programs = Object.entries(nameServers);
const settingsOf = (server: string) => {
  return { server, zone: ZONE, record: NAME, key: "baton", ttl: "1s", timeout: "3s", checkEvery: "1s" };
};

async function subjectOf(start: () => Promise<NameServerProcess>): Promise<SharedSubject> {
  const names = await start();
  const view = zoneView(names);
  return {
    openDoor: () => openDnsDoor({ port: names.port, settingsOf }),
    shown: () => view.shown(),
    history: () => view.history(),
    meddle: (host) =>
      view.change([`update delete ${NAME}. A`, `update add ${NAME}. 60 A 10.9.0.${host}`]),
    revoke: () => names.turnKey("removed"),
    restore: () => names.turnKey("right"),
    close: () => names.close(),
  };
}

interface Scene {
  readonly names: NameServerProcess;
  readonly view: ZoneView;
  open(more?: object, surroundings?: Partial<Surroundings>): Promise<Target>;
}

const unended = () => AbortSignal.timeout(20_000);
const change = (host: number, epoch: number): Change => ({
  group: "main",
  endpoint: { address: `10.9.0.${host}`, port: 6379 },
  epoch,
  from: undefined,
  role: "leader",
});

async function onStage(start: () => Promise<NameServerProcess>, play: (scene: Scene) => Promise<void>) {
  const names = await start();
  try {
    const view = zoneView(names);
    const open: Scene["open"] = async (more, surroundings) => {
      const settings = dnsUpdate.settings.parse({ ...settingsOf(`127.0.0.1:${names.port}`), ...more });
      return await dnsUpdate.open(settings, testSurroundings(surroundings));
    };
    await play({ names, view, open });
  } finally {
    await names.close();
  }
}

const sentencesOf = async (target: Target) =>
  ((await target.prove?.(unended())) ?? []).map(({ verdict, sentence }) => `${verdict}: ${sentence}`);

describe.each(programs)("on %s", (_program, start) => {
  sharedConformance(dnsUpdate, { hasCredentials: true, isHttp: false }, () => subjectOf(start));

  test("two agents that have read the same epoch: one is let in, the other told so", async () => {
    await onStage(start, async ({ open, view }) => {
      const [one, other] = [await open(), await open()];
      await one.write(change(1, 1), unended());
      for (let epoch = 2; epoch < 20; epoch += 2) {
        const outcomes = await Promise.allSettled([
          one.write(change(1, epoch), unended()),
          other.write(change(2, epoch + 1), unended()),
        ]);
        const failures = outcomes.flatMap((one) =>
          one.status === "rejected" ? [String(one.reason)] : [],
        );
        for (const failure of failures) expect(failure).toMatch(/NXRRSET: .* quicker|is older/);
        expect(failures.length).toBeLessThan(2);
      }
      const epochs = (await view.texts()).map((text) => /epoch=(\d+)/.exec(text)?.[1]);
      expect(epochs).toHaveLength(1);
    });
  });

  test("what somebody else has written at the name stays, with its time to live", async () => {
    await onStage(start, async ({ open, view }) => {
      const name = `shared.${ZONE}`;
      const target = await open({ record: name });
      expect(await target.read?.(unended())).toBeUndefined();
      await target.write(change(1, 4), unended());
      await target.write(change(2, 5), unended());
      expect((await view.texts(name)).toSorted()).toEqual([
        "v=baton1 group=main epoch=5 address=10.9.0.2 port=6379",
        "v=spf1 -all",
      ]);
      expect(await view.textTtls(name)).toEqual([300, 300]);
      expect(await target.read?.(unended())).toMatchObject({
        endpoint: change(2, 5).endpoint,
        epoch: 5,
      });
    });
  });

  test("several addresses, a lost note and an address of the other family are mended", async () => {
    await onStage(start, async ({ open, view }) => {
      const target = await open();
      const meddled = [
        [`update add ${NAME}. 60 A 10.9.0.9`],
        [`update delete ${NAME}. TXT`],
        [`update add ${NAME}. 60 AAAA fd00::9`],
        [`update add ${NAME}. 1 TXT "v=baton1 by hand"`],
      ];
      for (const [index, lines] of meddled.entries()) {
        await target.write(change(1, index + 1), unended());
        await view.change(lines);
        const found = await target.read?.(unended());
        expect(found?.endpoint, found?.raw).toEqual({ address: "0.0.0.0", port: 0 });
        await target.write(change(1, index + 1), unended());
        expect(await target.read?.(unended())).toMatchObject({ endpoint: change(1, 1).endpoint });
      }
      expect(await view.shown()).toBe("10.9.0.1:6379");
    });
  });

  test("leads to an IPv6 address, and from it back", async () => {
    await onStage(start, async ({ open }) => {
      const target = await open();
      const six = { ...change(1, 1), endpoint: { address: "fd00::1", port: 6380 } };
      await target.write(six, unended());
      expect(await target.read?.(unended())).toMatchObject({ endpoint: six.endpoint, epoch: 1 });
      await target.write(change(2, 2), unended());
      expect(await target.read?.(unended())).toMatchObject({ raw: "10.9.0.2 (epoch 2, port 6379)" });
    });
  });

  test("the rights that the documentation asks for are enough, and one less is not", async () => {
    await onStage(start, async ({ open }) => {
      const target = await open({ record: LEAST });
      expect((await sentencesOf(target)).filter((one) => !one.startsWith("right"))).toEqual([]);
      await target.write(change(1, 1), unended());
      await target.write(change(2, 2), unended());
      expect(await target.read?.(unended())).toMatchObject({
        endpoint: change(2, 2).endpoint,
        epoch: 2,
      });
      const six = { ...change(1, 3), endpoint: { address: "fd00::1", port: 6379 } };
      await expect(target.write(six, unended())).rejects.toThrow(/REFUSED|NOTAUTH|BADKEY/);
      expect(await target.read?.(unended())).toMatchObject({
        endpoint: change(2, 2).endpoint,
        epoch: 2,
      });
    });
  });

  test("a newer epoch stays, whoever asks", async () => {
    await onStage(start, async ({ open, view }) => {
      const target = await open();
      await target.write(change(2, 7), unended());
      await expect(target.write(change(1, 6), unended())).rejects.toThrow(
        "holds epoch 7 (10.9.0.2:6379), and 6 is older",
      );
      expect(await view.history()).toEqual(["10.9.0.2:6379"]);
    });
  });

  test.each([
    [{ key: "nobody" }, /BADKEY: it knows no key nobody of hmac-sha256|NOTAUTH/],
    [{ algorithm: "hmac-sha512" }, /BADKEY: it knows no key baton of hmac-sha512|NOTAUTH|BADSIG/],
    [{ zone: "else.test", record: "redis.else.test" }, /REFUSED|NOTAUTH|BADKEY/],
    [{ record: `alias.${ZONE}` }, /alias.dr.test is an alias \(CNAME\)/],
  ])("says what is wrong with %o", async (more, pattern) => {
    await onStage(start, async ({ open, view }) => {
      const before = await view.serial();
      const target = await open(more);
      await expect(target.write(change(1, 1), unended())).rejects.toThrow(pattern);
      const [proof] = (await sentencesOf(target)).filter((sentence) => !sentence.startsWith("right"));
      expect(proof).toMatch(/^problem: /);
      expect(proof).toMatch(pattern);
      expect(await view.serial()).toBe(before);
    });
  });

  test("a name that the key may not change is found without a change, and named", async () => {
    await onStage(start, async ({ open, view }) => {
      const target = await open({ record: `forbidden.${ZONE}` });
      const before = await view.serial();
      const sentences = await sentencesOf(target);
      expect(sentences.at(-1)).toMatch(
        /^problem: whether the key baton may change .*(REFUSED|NOTAUTH|BADKEY)/,
      );
      await expect(target.write(change(1, 1), unended())).rejects.toThrow(/REFUSED|NOTAUTH|BADKEY/);
      expect(await view.serial()).toBe(before);
    });
  });

  test("the key's new secret is read with the next attempt, and the old one is named as such", async () => {
    await onStage(start, async ({ names, open }) => {
      let secret = TEST_SECRET;
      const target = await open({}, { readSecret: () => Promise.resolve(secret) });
      await target.write(change(1, 1), unended());
      await names.turnKey("changed");
      await expect(target.write(change(2, 2), unended())).rejects.toThrow(
        "BADSIG: it has another secret for the key baton",
      );
      secret = Buffer.from("what the key was changed to").toString("base64");
      await target.write(change(2, 2), unended());
      expect(await target.read?.(unended())).toMatchObject({ epoch: 2 });
    });
  });

  test.each([600, -600])(
    "a clock that is %d s wrong is named, and does not stop a change",
    async (skew) => {
      await onStage(start, async ({ open, view }) => {
        const target = await open({}, { wallMs: () => Date.now() + skew * 1_000 });
        await expect(target.read?.(unended())).rejects.toThrow(
          /BADTIME: its clock says .*, (599|60[01]) s apart/,
        );
        await target.write(change(1, 1), unended());
        expect(await view.shown()).toBe("10.9.0.1:6379");
        const clock = (await sentencesOf(target)).find((sentence) => /clock/.test(sentence));
        expect(clock).toMatch(/^problem: the name server's clock is -?(599|60[01]) s ahead/);
      });
    },
  );

  test("proves everything with a sentence each, and the zone keeps its serial", async () => {
    await onStage(start, async ({ open, view }) => {
      const target = await open();
      await target.write(change(1, 1), unended());
      await view.change([`update delete ${NAME}. A`, `update add ${NAME}. 3600 A 10.9.0.1`]);
      const before = await view.serial();
      expect(await sentencesOf(target)).toEqual([
        "right: the name server speaks for dr.test and knows the key baton",
        expect.stringMatching(/^right: the clocks of both sides are [01] s apart$/),
        "problem: redis.dr.test is remembered by resolvers for 3600 s; " +
          "the next change makes it 1 s, and is seen only after that",
        "right: the key baton may change the addresses and texts of redis.dr.test " +
          "(it was let remove records that are not there)",
      ]);
      expect(await view.serial()).toBe(before);
    });
  });

  test("a name that another group's note holds is left alone", async () => {
    await onStage(start, async ({ open, view }) => {
      const target = await open();
      await target.write(change(1, 1), unended());
      const note = "v=baton1 group=cache epoch=9 address=10.9.0.3 port=6379";
      await view.change([`update delete ${NAME}. TXT`, `update add ${NAME}. 1 TXT "${note}"`]);
      await expect(target.write(change(2, 2), unended())).rejects.toThrow(/leads to the group cache/);
      expect(await view.shown()).toBe("10.9.0.1:6379");
    });
  });
});

test("the history of a zone is told in order, and a whole zone is no history", () => {
  const soa = (serial: number) => `dr.test.\t1\tIN\tSOA\tns1.dr.test. host.dr.test. ${serial} 1 1 1 1`;
  const place = (host: number) => [
    `${NAME}.\t1\tIN\tA\t10.9.0.${host}`,
    `${NAME}.\t1\tIN\tTXT\t"v=baton1 group=main epoch=${host} address=10.9.0.${host} port=6379"`,
  ];
  const steps = [soa(3), soa(1), soa(2), ...place(1), soa(2), ...place(1), soa(3), ...place(2), soa(3)];
  expect(placesIn(steps.join("\n"), NAME)).toEqual(["10.9.0.1:6379", "10.9.0.2:6379"]);
  expect(placesIn(soa(1), NAME)).toEqual([]);
  expect(() => placesIn([soa(3), ...place(2), soa(3)].join("\n"), NAME)).toThrow("not told");
});
