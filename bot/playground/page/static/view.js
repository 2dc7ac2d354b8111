// A view of the app (a modal or a Home) as it is drawn and drawn anew.

import { drawBlocks, readValues } from "./blocks.js";
import { contextFor } from "./context.js";
import { h } from "./dom.js";

/** The body of a view. It is drawn again only when the view or its errors change. */
export class ViewBody {
  /** `surface` is "modal" or "home"; `act` and `suggest` take what was pressed or typed. */
  constructor(page, surface, { act, suggest }) {
    Object.assign(this, { _page: page, _surface: surface, _act: act, _suggest: suggest, _drawn: null });
    this.element = h("div", { class: `view-body ${surface}-body` });
  }

  draw(view, errors = {}) {
    const version = JSON.stringify([view.id, view.hash, view.blocks, errors, this._page.store.names]);
    if (version === this._drawn) return;
    this._drawn = version;
    const context = contextFor(this._page, this._surface, {
      state: view.state?.values ?? {},
      errors,
      act: this._act,
      suggest: this._suggest,
    });
    // The same view in a new form keeps what is typed in it; another view begins anew.
    const into = view.id === this._id ? this.element.firstElementChild : null;
    this._id = view.id;
    const blocks = drawBlocks(view.blocks, context, { into });
    if (blocks !== into) this.element.replaceChildren(blocks);
  }

  clear() {
    this._drawn = null;
    this._id = null;
    this.element.replaceChildren();
  }

  values() {
    return readValues(this.element);
  }
}
