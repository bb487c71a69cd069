import { expect, test } from "vitest";
import { signatureHeaders } from "./signature.ts";

test("signs the request of OVHcloud's own documentation as it does", () => {
  const keys = {
    applicationKey: "7kbG7Bk7S9Nt7ZSV",
    applicationSecret: "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF",
    consumerKey: "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1",
  };
  const request = { method: "GET", url: "https://eu.api.ovh.com/1.0/domains/", body: "" };
  expect(signatureHeaders(keys, request, 1_366_560_945)).toEqual({
    "x-ovh-application": "7kbG7Bk7S9Nt7ZSV",
    "x-ovh-consumer": "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1",
    "x-ovh-timestamp": "1366560945",
    "x-ovh-signature": "$1$d3705e8afb27a0d2970a322b96550abfc67bb798",
  });
});
