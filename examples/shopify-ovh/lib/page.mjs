// The page of a shop, for people: with a plain word on what is missing while Redis is away.

const NOTICES = {
  redis: "",
  memory: "Some of this may be a few minutes old: our storage does not answer at the moment.",
  nowhere: "We cannot tell who you are at the moment. This page tries again by itself.",
};

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => String(text).replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign]);

/** `shop` is undefined where nobody is logged in, or nobody can tell. */
export function page({ shop, orders, catalogue, from }) {
  const notice = NOTICES[from] === "" ? "" : `<p role="status">${NOTICES[from]}</p>`;
  const body =
    shop === undefined
      ? "<h1>Orders</h1>"
      : `<h1>Orders of ${escaped(shop)}</h1><p>${escaped(orders ?? "not known now")}</p>
<h2>Your products</h2><p>${escaped(catalogue)}</p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Orders</title>
${notice}${body}</html>\n`;
}
