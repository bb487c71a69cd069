// Where a URL leads to, as ADDRESS:PORT.

/** The name stands as it is where it is no address. */
export function placeOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  const usual = protocol === "https:" ? "443" : "80";
  return `${hostname}:${port === "" ? usual : port}`;
}
