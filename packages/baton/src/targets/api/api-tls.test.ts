// The door to vendors' APIs over TLS, with certificates of one's own.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { makeCertificates } from "../../lab/certificates.ts";
import {
  apiTo,
  closeAll,
  closeLater,
  errorOf,
  type FarSide,
  json,
  LOOK,
  openFarSide,
  unended,
} from "./far-side.fixture.ts";

afterEach(closeAll);

describe("TLS with an authority of one's own", () => {
  async function certified(): Promise<{ far: FarSide; ca: string; cert: string; key: string }> {
    const folder = await mkdtemp(join(tmpdir(), "baton-api-tls-"));
    closeLater({ close: () => rm(folder, { recursive: true }) });
    const files = await makeCertificates(join(folder, "own"), ["127.0.0.1"]);
    const [ca, cert, key] = await Promise.all(
      [files.authority, files.certificate, files.key].map((path) => readFile(path, "utf8")),
    );
    if (ca === undefined || cert === undefined || key === undefined) throw new Error("no certificates");
    const tls = { cert, key, ca, requestCert: true, rejectUnauthorized: false };
    const far = await openFarSide((response) => {
      const { authorized = false } = response.socket as unknown as { readonly authorized?: boolean };
      json(200, { n: authorized ? 1 : 0 })(response, { method: "", url: "", headers: {}, body: "" });
    }, tls);
    closeLater(far);
    return { far, ca, cert, key };
  }

  test("is trusted where it is named, and refused where it is not", async () => {
    const { far, ca } = await certified();
    expect((await apiTo(far.base, { tls: { ca } }).ask(LOOK, unended)).body).toEqual({ n: 0 });
    const error = await errorOf(apiTo(far.base).ask(LOOK, unended));
    expect(error.message).toMatch(/^Vendor: 127\.0\.0\.1:\d+: (unable to|self.signed)/);
    expect(far.heard.length).toBe(1);
  });

  test("holds for the names of the certificate alone", async () => {
    const { far, ca } = await certified();
    const error = await errorOf(
      apiTo(far.base.replace("127.0.0.1", "localhost"), { tls: { ca } }).ask(LOOK, unended),
    );
    expect(error.message).toMatch(/^Vendor: localhost:\d+: .*(altnames|ECONNREFUSED)/);
    expect(far.heard).toEqual([]);
  });

  test("shows a certificate of its own", async () => {
    const { far, ca, cert, key } = await certified();
    const answer = await apiTo(far.base, { tls: { ca, cert, key } }).ask(LOOK, unended);
    expect(answer.body).toEqual({ n: 1 });
  });
});
