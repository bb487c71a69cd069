// What a session has set on its connection so far, and the commands that set it on another.

/** What lies on the server's side and cannot be carried to another connection. */
export type Obstacle = keyof typeof CLAUSES;

export const CLAUSES = {
  asking: "ASKING was sent",
  "half-hello": "a HELLO with several options failed, perhaps after the first of them",
  "import-source": "CLIENT IMPORT-SOURCE is on",
  "lost-no-evict": "RESET was sent with CLIENT NO-EVICT on, which not every version takes back",
  "queued-settings": "a MULTI block has changed the session's settings",
  tracking: "CLIENT TRACKING is on",
  "unkept-client": "a CLIENT command was too long to be kept",
  "unkept-login": "the login was too long to be kept",
  "unknown-client": "the session has used a CLIENT subcommand that Baton does not know",
  watch: "WATCH is active",
} as const;

const ENDED_BY_RESET = ["asking", "half-hello", "tracking", "unkept-login", "watch"] as const;

const CAPABILITIES_MAX = 8;
const CAPABILITY_BYTES_MAX = 64;

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * As of the last answered command. Texts are latin1, one character a byte; each is at most as long as the
 * arguments that the framer keeps.
 */
export class SessionSettings {
  readonly obstacles = new Set<Obstacle>();
  private protocol = "2";
  private database = "0";
  private name = "";
  /** From Redis 7.2 on, and not taken back by RESET. */
  private libraryName = "";
  private libraryVersion = "";
  private isNoTouch = false;
  private isNoEvict = false;
  /** READONLY, which Valkey 8 takes outside of a cluster as well. */
  private readsReplicas = false;
  /** Of Valkey's CLIENT CAPA: there is no way to take one back. */
  private capabilities: readonly string[] = [];
  // Not even an inspected session shows it.
  #credentials: Credentials | undefined;

  logIn(username: string, password: string): void {
    this.#credentials = { username, password };
  }

  /** `protocol` as the client has written it: 2 or 3. */
  setProtocol(protocol: string): void {
    this.protocol = protocol;
  }

  select(database: string): void {
    this.database = database;
  }

  /** An empty one takes it back. */
  setName(name: string): void {
    this.name = name;
  }

  setLibrary(attribute: string, value: string): void {
    if (attribute === "lib-name") this.libraryName = value;
    if (attribute === "lib-ver") this.libraryVersion = value;
  }

  setNoTouch(isOn: boolean): void {
    this.isNoTouch = isOn;
  }

  setNoEvict(isOn: boolean): void {
    this.isNoEvict = isOn;
    this.obstacles.delete("lost-no-evict");
  }

  setReadsReplicas(isOn: boolean): void {
    this.readsReplicas = isOn;
  }

  addCapabilities(names: readonly string[]): void {
    const all = new Set([...this.capabilities, ...names]);
    const isKept = all.size <= CAPABILITIES_MAX && names.every((n) => n.length <= CAPABILITY_BYTES_MAX);
    if (isKept) this.capabilities = [...all];
    else this.obstacles.add("unkept-client");
  }

  /** RESET. Redis 7.0 leaves CLIENT NO-EVICT on, and the later ones do not. */
  reset(): void {
    this.#credentials = undefined;
    this.protocol = "2";
    this.database = "0";
    this.name = "";
    this.isNoTouch = false;
    this.readsReplicas = false;
    for (const obstacle of ENDED_BY_RESET) this.obstacles.delete(obstacle);
    if (this.isNoEvict) this.obstacles.add("lost-no-evict");
  }

  /** The login comes first: without it the others may be refused. What a fresh connection has is left out. */
  commands(): readonly Buffer[] {
    const commands = [...this.login()];
    if (this.capabilities.length > 0) commands.push(["CLIENT", "CAPA", ...this.capabilities]);
    if (this.database !== "0") commands.push(["SELECT", this.database]);
    if (this.name !== "" && !this.saysHello) commands.push(["CLIENT", "SETNAME", this.name]);
    if (this.libraryName !== "") commands.push(["CLIENT", "SETINFO", "lib-name", this.libraryName]);
    if (this.libraryVersion !== "") commands.push(["CLIENT", "SETINFO", "lib-ver", this.libraryVersion]);
    if (this.isNoEvict) commands.push(["CLIENT", "NO-EVICT", "ON"]);
    if (this.isNoTouch) commands.push(["CLIENT", "NO-TOUCH", "ON"]);
    if (this.readsReplicas) commands.push(["READONLY"]);
    return commands.map(encoded);
  }

  private get saysHello(): boolean {
    return this.protocol !== "2";
  }

  private login(): readonly string[][] {
    const credentials = this.#credentials;
    const login = credentials === undefined ? [] : ["AUTH", credentials.username, credentials.password];
    if (!this.saysHello) return credentials === undefined ? [] : [login];
    const name = this.name === "" ? [] : ["SETNAME", this.name];
    return [["HELLO", this.protocol, ...login, ...name]];
  }
}

function encoded(words: readonly string[]): Buffer {
  const bulks = words.map((bytes) => `$${bytes.length}\r\n${bytes}\r\n`);
  return Buffer.from(`*${words.length}\r\n${bulks.join("")}`, "latin1");
}
