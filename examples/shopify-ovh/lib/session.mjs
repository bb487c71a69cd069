// Stands for the Session of Shopify's own library, which a real app uses instead: the parts of it that a
// session storage needs.

/** Somebody of a shop who is logged in, or the app itself at a shop. */
export class Session {
  constructor({ id, shop, state = "", isOnline = false, scope, expires, accessToken }) {
    Object.assign(this, { id, shop, state, isOnline, scope, expires, accessToken });
  }

  /** Pairs of name and value, with text, numbers and booleans as values. */
  toPropertyArray() {
    const { expires, ...others } = this;
    const pairs = Object.entries(others).filter(([, value]) => value !== undefined);
    return expires === undefined ? pairs : [...pairs, ["expires", expires.getTime()]];
  }

  static fromPropertyArray(pairs) {
    const { expires, ...others } = Object.fromEntries(pairs);
    return new Session({ ...others, ...(expires === undefined ? {} : { expires: new Date(expires) }) });
  }
}
