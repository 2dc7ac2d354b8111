// The row of buttons at the message under the pointer or the focus. There is one for a whole list of messages.

import { h, iconButton, moveFocus } from "./dom.js";
import { PATHS } from "./icons.js";
import { hasMore, isActedOn, openThread, pickReaction, showMore } from "./message_acts.js";
import { isOpenAt } from "./popover.js";

export class Toolbar {
  /** `edit(message)` begins to change a message; in a thread there is no button to reply. */
  constructor(page, { edit, inThread }) {
    Object.assign(this, { _page: page, _edit: edit, _inThread: inThread, _key: null });
    this.element = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" });
    this.element.addEventListener("keydown", (event) => this._pressed(event));
  }

  /** Stands at a message, unless it is being used at another one. */
  attach(item, message) {
    if (this.element.parentNode === item && this._key === this._keyOf(message)) return;
    if (this._isUsed() && this.element.parentNode !== item) return;
    if (!isActedOn(message)) {
      this.element.remove();
      return;
    }
    if (!this._isUsed()) this._fill(message);
    if (this.element.parentNode !== item) item.append(this.element);
  }

  detach() {
    if (!this._isUsed() && !this.element.parentNode?.contains(document.activeElement)) this.element.remove();
  }

  /** By keyboard, or with a menu open. Where a pointer has just pressed, the focus stays but the pointer goes on. */
  _isUsed() {
    return this.element.querySelector(":focus-visible") !== null || isOpenAt(this.element);
  }

  _keyOf(message) {
    return `${message.channel_id}${message.ts}${this._page.myId}`;
  }

  _fill(message) {
    const page = this._page;
    this._key = this._keyOf(message);
    const react = iconButton(PATHS.smile, "React", () => pickReaction(page, message, react),
      { "aria-haspopup": "dialog" });
    const more = iconButton(PATHS.more, "More for this message", () => this._more(message, more),
      { "aria-haspopup": "menu" });
    const buttons = [react];
    if (!this._inThread) buttons.push(iconButton(PATHS.reply, "Reply in thread", () => openThread(page, message)));
    if (hasMore(page, message)) buttons.push(more);
    this.element.replaceChildren(...buttons);
  }

  _more(message, anchor) {
    const current = this._page.message(message.channel_id, message.ts) ?? message;
    showMore(this._page, current, anchor, { edit: () => this._edit(current) });
  }

  _pressed(event) {
    const isSideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (isSideways) moveFocus(event, [...this.element.children]);
    else if (event.key === "Escape") this.element.parentNode.focus();
    else return;
    event.stopPropagation();
  }
}
