// Components that are drawn again only when something they show has changed: the page is drawn every second.
import { Component, type ComponentType, type FunctionComponent, h } from "preact";

function differs(one: object, other: object): boolean {
  const before = Object.entries(one);
  const after = new Map(Object.entries(other));
  return before.length !== after.size || before.some(([key, value]) => after.get(key) !== value);
}

/** Compares props one by one, by identity: what comes in must be kept as long as it is the same. */
export function still<P extends object>(Drawn: FunctionComponent<P>): ComponentType<P> {
  return class Still extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return differs(this.props, next);
    }
    override render() {
      return h(Drawn, this.props);
    }
  };
}
