import { expect, test } from "vitest";
import { type ZoneMark, zoneMarkIn, zoneMarkText } from "./dns-mark.ts";

const mark: ZoneMark = {
  group: "main",
  epoch: 7,
  endpoint: { address: "10.9.0.2", port: 6379 },
  state: "staged",
};

test("a mark is read back as it was written, in quotes or without", () => {
  const v6 = { ...mark, endpoint: { address: "2001:db8::7", port: 6380 }, state: "live" } as const;
  for (const one of [mark, v6]) {
    expect(zoneMarkIn(zoneMarkText(one))).toEqual(one);
    expect(zoneMarkIn(zoneMarkText(one).replaceAll('"', ""))).toEqual(one);
  }
});

test("other texts are no marks", () => {
  for (const text of [
    "",
    '"v=spf1 -all"',
    "baton",
    "baton group=main epoch=x primary=1.2.3.4:1 state=live",
  ]) {
    expect(zoneMarkIn(text)).toBeUndefined();
  }
});
