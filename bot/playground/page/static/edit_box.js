// Changing a message where it stands.

import { h } from "./dom.js";
import { Suggestions } from "./suggestions.js";
import { toTyped } from "./typed.js";

export class EditBox {
  /** `stop` is called once the person is done, with what they wrote or not. */
  constructor(page, message, stop) {
    Object.assign(this, { _page: page, _message: message, _stop: stop });
    const id = `edit-${message.ts}`;
    this._area = h("textarea", { class: "composer-text", rows: "2", id, "aria-label": "Edit your message",
      onkeydown: (event) => this._pressed(event), oninput: () => this._grow() });
    this._area.value = toTyped(page, message.text);
    this._suggestions = new Suggestions(page, this._area);
    this.element = h("form", { class: "edit-box", onsubmit: (event) => this._save(event) },
      this._suggestions.element,
      h("div", { class: "composer-box" }, this._area),
      h("div", { class: "edit-tools" },
        h("button", { type: "button", class: "button", onclick: stop }, "Cancel"),
        h("button", { type: "submit", class: "button primary" }, "Save")));
    // It is not in the page yet; it is as soon as whoever draws it is done.
    queueMicrotask(() => this._begin());
  }

  _begin() {
    this._grow();
    this._area.focus();
    this._area.setSelectionRange(this._area.value.length, this._area.value.length);
  }

  _grow() {
    this._area.style.height = "auto";
    this._area.style.height = `${this._area.scrollHeight}px`;
  }

  _pressed(event) {
    event.stopPropagation();
    if (event.isComposing || this._suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) this._save(event);
    if (event.key === "Escape") {
      event.preventDefault();
      this._stop();
    }
  }

  async _save(event) {
    event.preventDefault();
    const { channel_id, ts, text } = this._message;
    const typed = this._area.value;
    if (typed === toTyped(this._page, text)) this._stop();
    else if (await this._page.say(this._page.act("edit", { channel_id, ts, text: typed }), "Changed")) this._stop();
  }
}
