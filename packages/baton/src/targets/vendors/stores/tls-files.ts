// TLS of a store: three files that the cluster file names. They are read before every request, so that a
// certificate that was renewed needs no restart.
import { isAbsolute } from "node:path";
import { createSecureContext } from "node:tls";
import { z } from "zod";
import { BatonError } from "../../../errors.ts";
import { readTextFile } from "../../../sys/files.ts";
import { type Api, type ApiOptions, openApi } from "../../api/api.ts";

const path = (description: string) =>
  z
    .string()
    .max(1024)
    .refine(isAbsolute, { error: "Expected an absolute path" })
    .optional()
    .meta({ description });

export const tlsFiles = () =>
  z
    .strictObject({
      authority: path(
        "Who has signed the server's certificate; default: the authorities that Node knows.",
      ),
      certificate: path("The certificate that this side shows; only with key."),
      key: path("The key of that certificate, without a passphrase."),
    })
    .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
      error: "Expected certificate and key, or neither",
    })
    .optional()
    .meta({ description: "Files for https. They may be replaced while the agent runs." });
export type TlsFiles = NonNullable<z.output<ReturnType<typeof tlsFiles>>>;

type Texts = NonNullable<ApiOptions["tls"]>;

/** A bundle of a hundred authorities is 200 KB. */
const BYTES_MAX = 512 * 1024;

async function pemOf(file: string): Promise<string> {
  let text: string;
  try {
    text = await readTextFile(file, BYTES_MAX);
  } catch (cause) {
    throw new BatonError("SECRET", `TLS: ${(cause as Error).message}`, { cause });
  }
  if (text.includes("-----BEGIN ")) return text;
  throw new BatonError("SECRET", `TLS: ${file}: found no PEM, expected -----BEGIN ...-----`);
}

async function textsOf({ authority, certificate, key }: TlsFiles): Promise<Texts> {
  return {
    ...(authority === undefined ? {} : { ca: await pemOf(authority) }),
    ...(certificate === undefined ? {} : { cert: await pemOf(certificate) }),
    ...(key === undefined ? {} : { key: await pemOf(key) }),
  };
}

/** Nothing of a key may end up in a message: only the library's own word for what is wrong does. */
function fitOrThrow(texts: Texts, files: TlsFiles): void {
  try {
    createSecureContext(texts);
  } catch (cause) {
    const named = Object.values(files).join(", ");
    const reason = (cause as Error).message;
    throw new BatonError("SECRET", `TLS: ${named} do not fit together: ${reason}`, { cause });
  }
}

const isSame = (one: Texts, other: Texts): boolean =>
  one.ca === other.ca && one.cert === other.cert && one.key === other.key;

/**
 * Like openApi, with the files of the present moment.
 * @throws BatonError SECRET by `ask`, for files that cannot be read or do not fit together.
 */
export function openApiWithFiles(options: Omit<ApiOptions, "tls">, files: TlsFiles | undefined): Api {
  if (files === undefined) return openApi(options);
  let present: { readonly api: Api; readonly texts: Texts } | undefined;
  async function fresh(named: TlsFiles): Promise<Api> {
    const texts = await textsOf(named);
    if (present !== undefined && isSame(present.texts, texts)) return present.api;
    fitOrThrow(texts, named);
    const old = present;
    const api = openApi({ ...options, tls: texts });
    present = { api, texts };
    await old?.api.close();
    return api;
  }
  return {
    async ask(asked, signal) {
      signal.throwIfAborted();
      const api = await fresh(files);
      return await api.ask(asked, signal);
    },
    async close() {
      await present?.api.close();
    },
  };
}
