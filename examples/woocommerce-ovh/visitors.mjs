// Visitors of the shop: they ask for all of its pages, one after the other, put goods into a cart and order
// them; an editor changes prices meanwhile. Every page is looked at: whether it is whole, right and up
// to date.

export const GOODS = ["teapot", "cup", "saucer", "kettle", "spoon", "tray"];
const VISITORS = 4;
const PAUSE_MS = 150;
/** What is changed is cached again 2 s later at the earliest; there are seven things, so each of them is. */
const EDIT_PAUSE_MS = 700;
/** As long as nginx itself would wait. */
const ANSWER_MS = 60_000;
const BROKEN = /Error establishing|critical error|Fatal error/;

const pause = async (ms) => await new Promise((resolve) => setTimeout(resolve, ms));

/** What is wrong with a page that came back. */
function problemOf({ status, text }, { wanted, contains }) {
  if (status !== wanted) return `HTTP ${status}`;
  if (BROKEN.test(text)) return "says that something is broken";
  if (wanted === 200 && contains !== undefined && !text.includes("</html>")) return "is not whole";
  const missing = (contains ?? []).find((word) => !text.includes(word));
  return missing === undefined ? undefined : `lacks ${missing}`;
}

/** Everything that was asked for: `pages` once it has ended, `waiting` before. */
export function openRecord(nowMs) {
  const pages = [];
  const waiting = new Set();
  return {
    pages,
    /** How long pages that have not come yet have been waited for. */
    waiting: () =>
      [...waiting].map(({ page, sentMs }) => ({ page, tookMs: nowMs() - sentMs, endedMs: nowMs() })),
    begin(page) {
      const open = { page, sentMs: nowMs() };
      waiting.add(open);
      return (more) => {
        waiting.delete(open);
        pages.push({ page, tookMs: nowMs() - open.sentMs, endedMs: nowMs(), ...more });
      };
    },
  };
}

/** One browser: its cookie, and what it has asked for. */
function openBrowser({ origin, record, signal }) {
  let cookie = "";
  return async ({ page, path, form, headers = {}, wanted = 200, contains, check = () => undefined }) => {
    signal.throwIfAborted();
    const end = record.begin(page);
    const found = { status: 0, text: "", place: "" };
    try {
      const answer = await fetch(`${origin}${path}`, {
        method: form === undefined ? "GET" : "POST",
        body: form === undefined ? undefined : new URLSearchParams(form),
        redirect: "manual",
        headers: { ...headers, ...(cookie === "" ? {} : { cookie }) },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const [set] = answer.headers.getSetCookie().filter((one) => one.startsWith("shop_cart="));
      if (set !== undefined) cookie = set.split(";")[0];
      Object.assign(found, { status: answer.status, place: answer.headers.get("location") ?? "" });
      found.text = await answer.text();
    } catch (error) {
      end({ problem: `no answer: ${error.cause?.code ?? error.name}` });
      return { ...found, status: 0 };
    }
    const [, from] = /data-from="(\w+)"/.exec(found.text) ?? [];
    end({ problem: problemOf(found, { wanted, contains }), old: check(found.text), from });
    return found;
  };
}

const outcomeOf = (status) =>
  status === 303 ? "done" : status >= 400 && status < 500 ? "not done" : "unknown";

/** A number that is never smaller than the one that was confirmed before the page was asked for. */
function notBefore(edits, what, pattern) {
  const least = edits.get(what) ?? 0;
  return (text) => {
    const [, number] = pattern.exec(text) ?? [];
    const isOld = number !== undefined && Number(number) < least;
    return isOld ? `${what}: ${number} after ${least} was confirmed` : undefined;
  };
}

const reader = (ask) => async (page, path, contains, check) => {
  await ask({ page, path, contains, check });
  await pause(PAUSE_MS);
};

async function look({ ask, edits, turn }) {
  const seen = reader(ask);
  const product = GOODS[turn % GOODS.length];
  const notice = () => notBefore(edits, "notice", /data-notice="(\d+)"/);
  await seen("front", "/", ["The Teapot", "Hello world!"], notice());
  await seen("search", "/?s=china", ["of white china"], notice());
  await seen("post", "/?p=1", ["Welcome to WordPress"], notice());
  const price = notBefore(edits, product, /data-price="(\d+)"/);
  await seen("product", `/?product=${product}`, ["data-price", "of white china"], price);
  await seen("login", "/wp-login.php", ['id="loginform"']);
}

async function buy({ ask, ledger, who, turn, cart }) {
  const seen = reader(ask);
  const form = { line: `${who}-line${turn}`, product: GOODS[turn % GOODS.length] };
  const added = await ask({ page: "add", path: "/?shop=add", form, wanted: 303 });
  ledger.add("cart", outcomeOf(added.status), form.line, `HTTP ${added.status}`);
  if (added.status === 303) cart.add(form.line);
  await seen(
    "cart",
    "/?shop=cart",
    [...cart].map((line) => `data-line="${line}"`),
  );
  const order = `${who}-order${turn}`;
  const placed = await ask({ page: "order", path: "/?shop=order", form: { order }, wanted: 303 });
  ledger.add("order", outcomeOf(placed.status), order, `HTTP ${placed.status}`);
  // Whatever became of it, nobody can say any more what is in the cart.
  cart.clear();
  const [, number] = /[?&]number=(\d+)/.exec(placed.place) ?? [];
  if (number === undefined) return;
  await seen("thanks", `/?shop=thanks&number=${number}`, [`data-order="${number}"`]);
}

/** Numbers only grow, so that an old page can be told. */
async function edit({ ask, edits, token, turn }) {
  const things = [...GOODS, "notice"];
  const what = things[turn % things.length];
  const form = { what, number: String(turn + 2) };
  const headers = { "x-editor-token": token };
  const answer = await ask({ page: "edit", path: "/?shop=edit", form, headers });
  if (answer.status === 200) edits.set(what, turn + 2);
  await pause(EDIT_PAUSE_MS);
}

/** All of them, until the signal says so. */
export async function openDoors({ origin, token, record, ledger, signal }) {
  const edits = new Map();
  const repeat = async (once) => {
    for (let turn = 0; !signal.aborted; turn += 1) await once(turn);
  };
  const visitors = Array.from({ length: VISITORS }, async (_, index) => {
    const given = { ask: openBrowser({ origin, record, signal }), edits, ledger, cart: new Set() };
    const who = `visitor${index + 1}`;
    await pause(index * PAUSE_MS);
    await repeat(async (turn) => {
      // The first one does nothing but buy: so often that a gap is one of the shop, and not of its rounds.
      if (index > 0) await look({ ...given, turn });
      await buy({ ...given, who, turn });
    });
  });
  const ask = openBrowser({ origin, record, signal });
  await Promise.all([...visitors, repeat((turn) => edit({ ask, edits, token, turn }))]).catch(
    (error) => {
      if (!signal.aborted) throw error;
    },
  );
}
